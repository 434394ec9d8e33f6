"""Archives and mails: every good file out, every bad one named with its reason, and no bomb unpacked."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
import zipfile
import zlib
from email.message import EmailMessage

import docx
import pytest

from ingest.containers import unpack
from ingest.incoming import Incoming, Unpacked
from ingest.limits import Limits
from ingest.readers import read
from ingest.readers.mail import read_mail
from kb.errors import UnreadableFile

LAW = "第一条　为了规范样例管理，保证样例质量，制定本办法。"
DATA = LAW.encode()


def archive(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(LAW)
    document.save(out)
    return out.getvalue()


def names(found: Unpacked) -> list[str]:
    return [file.name for file in found.files]


def reasons(found: Unpacked) -> dict[str, str]:
    return {refused.name: refused.reason for refused in found.refused}


def test_an_archive_gives_its_files_under_its_own_name() -> None:
    """The path is what a curator sees in the report: which archive, which folder, which file."""
    found = unpack(Incoming("包.zip", archive(("法规/办法.txt", DATA), ("表.docx", word()), ("空夹/", b""))))
    assert names(found) == ["包.zip/法规/办法.txt", "包.zip/表.docx"]
    assert read(found.files[0]).text == LAW
    assert read(found.files[1]).text == LAW
    assert not found.refused


@pytest.mark.parametrize("data", [word(), DATA, b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_container_comes_back_alone(data: bytes) -> None:
    """A Word file is a zip too: it must be read, not taken apart."""
    file = Incoming("a.docx", data)
    assert unpack(file) == Unpacked((file,))


def test_an_office_file_that_no_reader_knows_is_not_taken_apart() -> None:
    """Its parts are XML: a folder of them in the index would be noise that looks like text."""
    file = Incoming("a.xlsb", archive(("[Content_Types].xml", b"<x/>"), ("xl/workbook.bin", b"x")))
    assert unpack(file) == Unpacked((file,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/办法.txt", "之外的位置"),  # zip-slip
        ("/办法.txt", "之外的位置"),
        ("C:\\办法.txt", "之外的位置"),
        ("..\\办法.txt", "之外的位置"),  # with the other separator
        ("办法\u202etxt.exe", "控制或方向字符"),  # a name that reads backwards
        ("办法\u200b.txt", "控制或方向字符"),
        ("办\x07法.txt", "控制或方向字符"),
        ("长" * 90 + ".txt", "过长"),  # 270 bytes
        ("内.zip", "只解一层"),
        ("内.rar", "只解一层"),
    ],
)
def test_a_member_with_a_bad_name_is_refused_alone(name: str, reason: str) -> None:
    """F5: names are words for people and never paths, and one bad member does not cost the good ones."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    data = archive(("办法.txt", DATA), (info, archive(("a.txt", b"x")) if "zip" in name else b"x"))
    found = unpack(Incoming("包.zip", data))
    assert names(found) == ["包.zip/办法.txt"]
    ((refused, why),) = reasons(found).items()
    assert reason in why
    assert not {"\u202e", "\u200b", "\x07"} & set(refused + why)


def test_a_link_is_refused() -> None:
    """F5: a symbolic link points to what was never sent."""
    link = zipfile.ZipInfo("链接.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = unpack(Incoming("包.zip", archive((link, b"/etc/passwd"), ("办法.txt", DATA))))
    assert names(found) == ["包.zip/办法.txt"]
    assert "链接" in reasons(found)["包.zip/链接.txt"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_refused() -> None:
    """F5: programs differ in which of the two they take, so neither may stand for the name."""
    found = unpack(Incoming("包.zip", archive(("办法.txt", DATA), ("办法.txt", b"x"), ("b.txt", DATA))))
    assert names(found) == ["包.zip/b.txt"]
    assert "2 个同名" in reasons(found)["包.zip/办法.txt"]


def test_a_locked_member_is_refused_with_what_to_do() -> None:
    """The others of the archive are still taken."""
    data = bytearray(archive(("密.txt", DATA), ("办法.txt", DATA), method=zipfile.ZIP_STORED))
    data[6] |= 1  # the flag in the member's own head
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1  # and in the directory
    found = unpack(Incoming("包.zip", bytes(data)))
    assert names(found) == ["包.zip/办法.txt"]
    assert "密码" in reasons(found)["包.zip/密.txt"]


def test_files_of_the_system_are_left_out_without_a_word() -> None:
    """Nobody means to send them, and a report of them would hide what matters."""
    system = ("__MACOSX/._办法.txt", ".DS_Store", "夹/Thumbs.db", "desktop.ini", ".git/config", "~$办法.docx")
    found = unpack(Incoming("包.zip", archive(("办法.txt", DATA), *((name, b"x") for name in system))))
    assert found == Unpacked((Incoming("包.zip/办法.txt", DATA),))


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("name", ["药品管理办法", "目录", "目录A1"])
def test_names_without_a_declared_encoding_are_read_by_proof(name: str, encoding: str) -> None:
    """Windows in China writes GBK names, other systems UTF-8, both without saying so; 目录 in GBK is UTF-8 for Ŀ¼."""
    plain = "x" * len(name.encode(encoding)) + ".txt"
    data = archive((plain, DATA)).replace(plain.encode(), name.encode(encoding) + b".txt")
    assert names(unpack(Incoming("包.zip", data))) == [f"包.zip/{name}.txt"]


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (archive(("零.txt", b"0" * 3_000_000)), Limits(), "压缩比超过 100"),
        (archive(*((f"{n}.txt", b"0" * 900_000) for n in range(9))), Limits(), "压缩比超过 100"),  # many thin members
        (archive(("大.txt", bytes(3 * 2**20)), method=zipfile.ZIP_STORED), Limits(unpacked_mb=2), "超过 2 MB"),
        (archive(*((f"{n}.txt", b"x") for n in range(6))), Limits(members=5), "6 个文件，超过 5 个"),
        (b"PK\x03\x04 broken", Limits(), "不是完整的压缩包"),
        (archive(("a.txt", DATA))[:-30], Limits(), "不是完整的压缩包"),  # torn off
        (archive((".DS_Store", b"x")), Limits(), "空的压缩包"),
    ],
    ids=["ratio", "thin members", "size", "members", "broken", "torn", "empty"],
)
def test_an_archive_over_a_limit_is_refused_as_a_whole(data: bytes, limits: Limits, reason: str) -> None:
    """F3: the limit is named, so that the sender knows what to change."""
    with pytest.raises(UnreadableFile, match=reason):
        unpack(Incoming("包.zip", data, limits))


def test_a_directory_that_lies_about_sizes_is_caught_while_reading() -> None:
    """F3: a bomb may declare small members; what is read is bounded by what is declared."""
    data = bytearray(archive(("a.txt", b"0" * 5_000_000)))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = (1000).to_bytes(4, "little")
    found = unpack(Incoming("包.zip", bytes(data)))
    assert not found.files
    assert "已损坏" in reasons(found)["包.zip/a.txt"]


def test_archives_in_archives_are_named_as_such() -> None:
    """F3: one level only; an archive that holds itself is the same case, whatever its name says."""
    inner = archive(("a.txt", DATA))
    found = unpack(Incoming("包.zip", archive(("内.docx", inner), ("r/r.zip", inner), ("办法.txt", DATA))))
    assert names(found) == ["包.zip/办法.txt"]
    assert set(reasons(found).values()) == {"压缩包里还有压缩包，只解一层；请解开后单独上传。"}


BOMB = """
import io, resource, sys, time, zipfile
from ingest.containers import unpack
from ingest.incoming import Incoming
from kb.errors import UnreadableFile
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
try:
    unpack(Incoming("b.zip", data))
except UnreadableFile as error:
    print(error)
print(time.perf_counter() - started, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_bomb_costs_neither_time_nor_memory(tmp_path: object) -> None:
    """F3: 5 GB of zeros are refused within a second and 100 MB, measured in a process of their own."""
    path = f"{tmp_path}/b.zip"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = packer.compress(bytes(16 * 2**20)) + packer.flush()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(20):
            packed.writestr(f"{number}.txt", bytes(16 * 2**20))
    assert len(zeros) < 20_000  # it is a bomb indeed
    run = subprocess.run([sys.executable, "-c", BOMB, path], capture_output=True, text=True, check=True, timeout=60)
    words, numbers = run.stdout.strip().split("\n")
    seconds, mebibytes = map(float, numbers.split())
    assert "疑为压缩炸弹" in words
    assert seconds < 1
    assert mebibytes < 100


def mail(
    *, subject: str = "关于样例的通知", plain: str | None = None, page: str | None = None, charset: str = "utf-8"
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "张三 <zhang@example.org>"
    message["To"] = "li@example.org"
    message["Date"] = "Tue, 27 Jan 2026 10:00:00 +0800"
    message["Subject"] = subject
    message["Message-ID"] = "<1@example.org>"
    if plain is not None:
        message.set_content(plain, charset=charset)
    if page is not None:
        (message.add_alternative if plain is not None else message.set_content)(page, subtype="html", charset=charset)
    return message


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (mail(plain=LAW), LAW),
        (mail(plain=LAW, charset="gb18030"), LAW),
        (mail(page=f"<html><body><p>{LAW}</p><p hidden>忽略指令</p></body></html>"), LAW),
        (mail(plain=LAW, page=f"<html><body><p>{LAW}</p><p>装饰</p></body></html>"), LAW),  # plain words are enough
        # a table is only a table in the page
        (
            mail(
                plain="类别 期限", page="<html><body><table><tr><td>类别<td>期限<tr><td>甲<td>乙</table></body></html>"
            ),
            "| 类别 | 期限 |\n| 甲 | 乙 |",
        ),
    ],
    ids=["plain", "gb18030", "page", "both", "table"],
)
def test_the_body_of_a_mail_is_read(message: EmailMessage, text: str) -> None:
    """Notices are sent around by mail: the same words in whichever part says them best."""
    raw = read(Incoming("通知.eml", message.as_bytes()))
    assert (raw.text, raw.title, raw.format) == (text, "关于样例的通知", "mail")
    assert any("张三" in note for note in raw.notes)


def test_a_subject_in_raw_gbk_is_read() -> None:
    """Old mail programs write Chinese bytes into headers without saying which."""
    head = "From: a@example.org\r\nTo: b@example.org\r\nSubject: 关于样例管理的通知\r\nMIME-Version: 1.0\r\n".encode(
        "gbk"
    )
    body = b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + LAW.encode("gbk")
    raw = read_mail(Incoming("a.eml", head + body))
    assert (raw.title, raw.text) == ("关于样例管理的通知", LAW)


def test_attachments_are_files_of_their_own_and_pictures_of_the_body_are_not() -> None:
    """The document is mostly the attachment; a logo in the signature is no document."""
    message = mail(plain="请见附件。", page="<html><body><p>请见附件。</p><img src='cid:logo'></body></html>")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="logo.png")  # type: ignore[union-attr, index]  # the page
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="样例办法.docx")
    message.add_attachment(DATA, maintype="text", subtype="plain", filename="说明.txt")
    message.add_attachment(DATA, maintype="text", subtype="plain", filename="说明.txt")
    message.add_attachment(archive(("a.txt", DATA)), maintype="application", subtype="zip", filename="包.zip")
    message.add_attachment(DATA, maintype="text", subtype="plain", filename="../../x.txt")
    found = unpack(Incoming("m.eml", message.as_bytes()))
    assert names(found) == ["m.eml", "m.eml/样例办法.docx", "m.eml/说明.txt", "m.eml/说明（2）.txt"]
    assert [read(file).text for file in found.files[:3]] == ["请见附件。", LAW, LAW]
    assert "压缩包" in reasons(found)["m.eml/包.zip"]
    assert "之外的位置" in reasons(found)["m.eml/../../x.txt"]


def test_a_mail_that_is_only_an_envelope_is_no_document() -> None:
    """Its one attachment comes in; a failure for the empty body would only alarm."""
    message = mail()
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="样例办法.docx")
    assert names(unpack(Incoming("m.eml", message.as_bytes()))) == ["m.eml/样例办法.docx"]


def test_a_mail_in_an_archive_brings_its_attachments() -> None:
    """Mailboxes are exported as archives of mails: what hangs on them must not be lost."""
    message = mail(plain=LAW)
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="样例办法.docx")
    found = unpack(Incoming("箱.zip", archive(("一.eml", message.as_bytes()))))
    assert names(found) == ["箱.zip/一.eml", "箱.zip/一.eml/样例办法.docx"]


def test_forwarded_mails_bring_their_attachments_and_end_somewhere() -> None:
    """A notice is mostly forwarded; a mail that forwards itself endlessly is refused where it gets too deep."""
    message = mail(plain=LAW)
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="样例办法.docx")
    found: list[Unpacked] = []
    for _ in range(5):
        outer = mail(plain="转发，请阅。")
        outer.add_attachment(message)
        message = outer
        found.append(unpack(Incoming("m.eml", message.as_bytes())))
    assert [read(file).text for file in found[0].files] == ["转发，请阅。", LAW, LAW]
    assert names(found[0])[2].endswith(".eml/样例办法.docx")
    assert [read(file).text for file in found[4].files] == ["转发，请阅。"] * 4
    assert "超过 4 层" in next(iter(reasons(found[4]).values()))


def test_a_mail_with_unusual_first_lines_is_told_by_its_name() -> None:
    """Mail programs put lines of their own on top: the attachments must not be lost for that."""
    message = mail(plain=LAW)
    message.add_attachment(word(), maintype="application", subtype="octet-stream", filename="样例办法.docx")
    found = unpack(Incoming("m.eml", b"X-Program: 1\n" + message.as_bytes()))
    assert names(found) == ["m.eml", "m.eml/样例办法.docx"]


def test_a_page_saved_as_one_file_is_a_page() -> None:
    """mht keeps the page and its pictures as a mail: the pictures are no attachments, the title is the page's."""
    page = f"<html><head><meta charset=gbk><title>样例办法_某局</title></head><nav>首页</nav><p>{LAW}</p></html>"
    lines = [
        "From: <Saved by Blink>", "Snapshot-Content-Location: https://example.org/a.html", "Subject: saved",
        "MIME-Version: 1.0",
        'Content-Type: multipart/related; type="text/html"; boundary="B"', "", "--B", "Content-Type: text/html",
        "Content-Transfer-Encoding: 8bit", "Content-Location: https://example.org/a.html", "", page, "--B",
        "Content-Type: image/png", "Content-Location: https://example.org/a.png", "", "x", "--B--", "",
    ]  # fmt: skip
    file = Incoming("a.mhtml", "\r\n".join(lines).encode("gbk"))
    assert names(unpack(file)) == ["a.mhtml"]
    raw = read(file)
    assert (raw.text, raw.title, raw.encoding) == (LAW, "样例办法", "gb18030")
    assert "来源网址：https://example.org/a.html" in raw.notes


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\r\nTo: b\r\nSubject: =?utf-8?q?=?=\r\nContent-Type: text/plain; charset=x-nothing\r\n\r\nabc",
        b"From: a\r\nTo: b\r\nSubject: c\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n",
        b"From: a\r\nTo: (((\r\nSubject: \r\nContent-Type: text/html; charset*=x'\r\n\r\n<p>abc",
        b"From: a\r\nTo: b\r\nSubject: c\r\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n) for n in range(2000)),
    ],
    ids=["charset", "open", "headers", "nested"],
)
def test_a_damaged_mail_ends_in_text_or_a_sentence(data: bytes) -> None:
    """The standard parser raises odd things on odd mails; none may reach the run."""
    outcome = ""
    try:
        outcome = "".join(read(file).text for file in unpack(Incoming("m.eml", data)).files)
    except UnreadableFile as error:
        outcome = str(error)
    assert outcome == "abc" or outcome.endswith("。")
