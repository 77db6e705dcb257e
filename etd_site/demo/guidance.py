"""The words of the demo university's pages."""


def _section(heading: str, text: str) -> dict:
    return {"type": "section", "value": {"heading": heading, "text": text}}


HOME = {
    "title": "Submit your thesis",
    "intro": "Hand in your thesis, collect your committee's approval and see it published, all in one place.",
    "sections": [
        _section(
            "How it goes",
            "<ol><li>You fill in a form in steps. You can stop at any time; nothing is lost.</li>"
            "<li>Your committee reads the thesis and approves it.</li>"
            "<li>The graduate school checks it. If something needs correcting, you see it beside the field.</li>"
            "<li>When your degree is conferred, the thesis is published and added to your ORCID record.</li></ol>",
        ),
        _section(
            "What you need",
            "<ul><li>Your thesis as one PDF file</li><li>The title, the abstract and a few keywords</li>"
            "<li>The names and e-mail addresses of your committee</li>"
            "<li>An ORCID iD. You can make one on the way, it takes two minutes.</li></ul>",
        ),
    ],
}

GUIDANCE = [
    {
        "title": "Guidance",
        "slug": "guidance",
        "show_in_menus": True,
        "intro": "Short answers to what students ask most.",
        "sections": [
            _section(
                "Can I stop and come back later?",
                "<p>Yes. Every step is saved when you press its button, complete or not. "
                "Come back from any device; the list of steps shows what is left.</p>",
            ),
            _section(
                "Why do you ask for my ORCID iD?",
                "<p>An ORCID iD tells you apart from everybody with a similar name, for life. You sign in at ORCID, so "
                "that nobody can type a wrong iD. With your permission we read your name and affiliation to save you "
                "typing, and add the thesis to your record when it is final. You can undo this at any time.</p>",
            ),
            _section(
                "What is an embargo?",
                "<p>Readers cannot open the file until a date you choose. Title, abstract and your name are public at "
                "once. Talk to your advisor first if a patent or a publisher is involved.</p>",
            ),
            _section(
                "Which licence should I choose?",
                "<p>A licence says what readers may do with your thesis. Creative Commons Attribution lets others "
                "build on your work as long as they name you. With all rights reserved they have to ask you first.</p>",
            ),
            _section(
                "I am a committee member. Do I need an account?",
                "<p>No. The link in our mail is yours alone. It lets you read the thesis, connect your ORCID iD and "
                "decide.</p>",
            ),
        ],
    },
]

AGREEMENT = "\n\n".join(
    [
        "I am the author of this thesis and it is my own work. Where I used the work of others, I have said so.",
        "I hold the rights to everything in it, or have permission from those who do.",
        "I give Northfield University the right to keep the thesis, to make copies so that it can still be read in the "
        "future, and to make it public under the licence and after the embargo that I choose in this form. I keep the "
        "copyright.",
        "I understand that title, abstract, my name, my committee's names and our ORCID iDs are published with it.",
    ]
)
