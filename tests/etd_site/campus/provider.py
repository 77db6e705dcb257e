"""A small OpenID Connect provider on loopback: discovery, keys, token and userinfo, with PKCE checked."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """One provider. ``sign_in`` plays the browser at its sign-in page and returns the query of the way back."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict] = {}
        self.userinfo: dict = {}
        self.audience = "thesis-office"
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                answers = {
                    "/.well-known/openid-configuration": outer.metadata(),
                    "/jwks": {"keys": [outer.key.as_dict(private=False)]},
                    "/userinfo": outer.userinfo,
                }
                self.answer(200 if path in answers else 404, answers.get(path, {}))

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(*outer.token({name: values[0] for name, values in form.items()}))

            def answer(self, status: int, data: dict) -> None:
                body = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def metadata(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def sign_in(self, address: str, claims: dict) -> dict:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = {"asked": asked, "claims": claims}
        self.userinfo = {"sub": claims.get("sub"), **self.userinfo}
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict) -> tuple[int, dict]:
        known = self.codes.pop(form.get("code", ""), None)
        if known is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != known["asked"]["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + 300,
            "nonce": known["asked"]["nonce"],
            **known["claims"],
        }
        return 200, {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "id_token": jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key),
        }

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
