"""Archives with surprises."""

import io
import zipfile

import pytest

from submissions.imports.sources import saf
from submissions.imports.sources.errors import SourceBroken

from ...files.pdfs import with_pages


def archive(files: dict[str, bytes | str]) -> list:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    with zipfile.ZipFile(out) as packed:
        return list(saf.read(saf.Zip(packed)))


CORE = (
    '<dublin_core><dcvalue element="title" qualifier="none">Tides</dcvalue>'
    '<dcvalue element="contributor" qualifier="author">Carberry, Josiah</dcvalue>'
    '<dcvalue element="date" qualifier="issued">2009-05</dcvalue></dublin_core>'
)


def test_an_archive_of_any_depth_with_files():
    content = with_pages(2)
    (thesis,) = archive(
        {
            "batch/item_1/dublin_core.xml": CORE,
            "batch/item_1/contents": "tides.pdf\tbundle:ORIGINAL\tprimary:true\nlicense.txt\tbundle:LICENSE\n"
            "gone.pdf\n",
            "batch/item_1/tides.pdf": content,
            "batch/item_1/license.txt": "text",
            "batch/item_1/handle": "20.500.12345/678\n",
        }
    )
    assert (thesis.identifier, thesis.handle) == ("hdl:20.500.12345/678", "20.500.12345/678")
    assert [file.name for file in thesis.files] == ["tides.pdf"]
    assert thesis.files[0].size == len(content)
    assert any("gone.pdf" in note for note in thesis.notes)


def test_a_person_entity_is_no_thesis_and_gives_its_iD():
    person = (
        '<dublin_core schema="person"><dcvalue element="identifier" qualifier="orcid">0000-0002-1825-0097</dcvalue>'
        '<dcvalue element="familyName">Carberry</dcvalue><dcvalue element="givenName">Josiah</dcvalue></dublin_core>'
    )
    kind = '<dublin_core schema="dspace"><dcvalue element="entity" qualifier="type">Person</dcvalue></dublin_core>'
    without = CORE.replace("Carberry, Josiah", "")
    (thesis,) = archive(
        {
            "p/dublin_core.xml": "<dublin_core/>",
            "p/metadata_person.xml": person,
            "p/metadata_dspace.xml": kind,
            "t/dublin_core.xml": without,
            "t/relationships": "relation.isAuthorOfPublication folderName:p\n",
        }
    )
    assert (thesis.author.display, thesis.author.orcid) == ("Josiah Carberry", "0000-0002-1825-0097")


def test_a_file_closed_without_an_end_is_left_out_and_said():
    (thesis,) = archive(
        {
            "t/dublin_core.xml": CORE,
            "t/contents": "tides.pdf\tbundle:ORIGINAL\tpermissions:-r 'Administrator'\n",
            "t/tides.pdf": with_pages(2),
        }
    )
    assert thesis.files == ()
    assert any("Access is restricted" in note for note in thesis.notes)


@pytest.mark.parametrize("lift", ["2009-05-01", "2015-01-01"])
@pytest.mark.parametrize("available", ["", "2015-01-01"])
def test_a_file_that_is_closed_still_is_not_opened_by_a_day_that_has_passed(lift, available):
    days = f'<dcvalue element="date" qualifier="available">{available}</dcvalue></dublin_core>'
    (thesis,) = archive(
        {
            "t/dublin_core.xml": CORE.replace("</dublin_core>", days),
            "t/metadata_local.xml": '<dublin_core schema="local"><dcvalue element="embargo" qualifier="lift">'
            f"{lift}</dcvalue></dublin_core>",
            "t/contents": "tides.pdf\tbundle:ORIGINAL\tpermissions:-r 'Administrator'\n",
            "t/tides.pdf": with_pages(2),
        }
    )
    assert thesis.files == ()
    assert any("Access is restricted" in note for note in thesis.notes)


def test_broken_xml_is_a_problem_of_its_folder():
    bad, good = archive({"a/dublin_core.xml": "<dublin_core>", "b/dublin_core.xml": CORE})
    assert bad.problems
    assert good.title == "Tides"


def bad_crc(packed: bytearray, at: int) -> None:
    packed[at] ^= 0xFF  # the first letter of what is stored


def password(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 8] |= 1
    packed[packed.index(b"PK\x03\x04") + 6] |= 1


def unknown_method(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 10] = 97
    packed[packed.index(b"PK\x03\x04") + 8] = 97


def no_deflate(packed: bytearray, at: int) -> None:
    packed[packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/")) + 10] = zipfile.ZIP_DEFLATED
    packed[packed.index(b"PK\x03\x04") + 8] = zipfile.ZIP_DEFLATED


def too_short(packed: bytearray, at: int) -> None:
    entry = packed.rindex(b"PK\x01\x02", 0, packed.rindex(b"a/"))
    for place in (entry + 20, entry + 24):  # its sizes, in the directory at the end
        packed[place : place + 4] = (10_000_000).to_bytes(4, "little")


@pytest.mark.parametrize("damage", [bad_crc, password, unknown_method, no_deflate, too_short])
@pytest.mark.parametrize("name", ["a/dublin_core.xml", "a/tides.pdf"])
def test_a_damaged_member_is_a_problem_of_its_folder(damage, name, tmp_path):
    path = tmp_path / "old.zip"
    files = {"a/dublin_core.xml": CORE, "a/contents": "tides.pdf", "a/tides.pdf": with_pages(2)}
    files = {name: files.pop(name), **files, "b/dublin_core.xml": CORE}  # the damaged one comes first
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, files[name])
        for other in files.keys() - {name}:
            made.writestr(other, files[other])
    packed = bytearray(path.read_bytes())
    # The entry of the first member is the first of the directory: cut the search there.
    entry = packed.index(b"PK\x01\x02")
    head = packed[: entry + 46 + len(name)]
    damage(head, 30 + len(name))
    path.write_bytes(bytes(head) + bytes(packed[len(head) :]))
    with saf.opened(path) as source:
        bad, good = sorted(saf.read(source), key=lambda thesis: thesis.place)
    assert any(name in problem for problem in bad.problems)
    assert (good.title, good.problems) == ("Tides", ())


def test_what_fails_meanwhile_is_not_laid_on_the_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("a/dublin_core.xml", CORE)
    with pytest.raises(OSError, match="disk is full"), saf.opened(tmp_path / "x.zip"):
        raise OSError("disk is full")


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 1), ("INFLATED_BYTES", 100)])
def test_an_archive_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch, limit, value):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a/dublin_core.xml", CORE)
        made.writestr("b/dublin_core.xml", CORE)
    monkeypatch.setattr(saf, limit, value)
    with pytest.raises(SourceBroken, match="in parts"), saf.opened(tmp_path / "x.zip"):
        pass


def test_a_person_without_an_id_is_nobody_that_an_empty_target_means():
    kind = '<dublin_core schema="dspace"><dcvalue element="entity" qualifier="type">Person</dcvalue></dublin_core>'
    (thesis,) = archive(
        {
            "p/dublin_core.xml": CORE.replace("Tides", "Somebody Else"),
            "p/metadata_dspace.xml": kind,
            "t/dublin_core.xml": CORE,
            "t/relationships": "relation.isAdvisorOfPublication person.identifier.orcid:\n",
        }
    )
    assert thesis.committee == ()
    assert any("leads to nobody" in note for note in thesis.notes)


def test_an_entity_of_an_archive_reads_no_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    evil = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + CORE.replace("Tides", "&e;")
    (thesis,) = archive({"a/dublin_core.xml": evil})
    assert "hidden words" not in thesis.title


def test_what_is_no_archive_says_so(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(SourceBroken, match="neither a folder nor a ZIP"), saf.opened(tmp_path / "x.zip"):
        pass
    with pytest.raises(SourceBroken, match=r"dublin_core\.xml"), saf.opened(tmp_path) as folder:
        list(saf.read(folder))
