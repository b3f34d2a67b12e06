"""Archives that Weeklens did not make, or that came to harm: one sentence, nothing written."""

import gzip
import io
import json
import random
import sqlite3
import tarfile
import zlib
from contextlib import closing
from hashlib import sha256

import pytest

from core.backup.making import make
from core.backup.restoring import check, restore
from core.db import SCHEMA_VERSION
from core.errors import UserError
from tests.core.backup.folders import fill, tree


def database(schema=SCHEMA_VERSION):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE symbols (market, file)")
        db.execute(f"PRAGMA user_version = {schema}")
        return db.serialize()


DB = database()


def manifest(files, **changed):
    listed = {name: [len(data), sha256(data).hexdigest()] for name, data in files.items()}
    return {
        "format": 1,
        "made": "2026-01-01T00:00:00+00:00",
        "schema": SCHEMA_VERSION,
        "newest_bar": "2026-01-01",
        "software": {},
        "secrets": False,
        "models": True,
        "files": listed,
        **changed,
    }


def entry(name, data=b"", **fields):
    made = tarfile.TarInfo(name)
    made.size = len(data)
    for field, value in fields.items():
        setattr(made, field, value)
    return made, data


def archive(told, *members, files=None, form=tarfile.PAX_FORMAT):
    """The bytes of an archive with any manifest and any members."""
    held = io.BytesIO()
    told = told if isinstance(told, bytes) else json.dumps(told).encode()
    with tarfile.open(fileobj=held, mode="w:gz", format=form, compresslevel=1) as tar:
        whole = [("manifest.json", told)]
        whole += [(f"data/{name}", data) for name, data in (files or {"weeklens.db": DB}).items()]
        for made, data in [entry(*pair) for pair in whole] + list(members):
            tar.addfile(made, io.BytesIO(data))
    return held.getvalue()


GOOD = {"weeklens.db": DB, "late/VN/a.parquet": b"bars"}
LINK = {"type": tarfile.SYMTYPE, "linkname": "/etc"}
SPARSE = {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 40), "GNU.sparse.name": "data/x"}


def bare(told=None):
    return told or manifest({"weeklens.db": DB})


def raw(*blocks):
    """Tar headers and data written by hand, packed."""
    return gzip.compress(b"".join(block + b"\0" * (-len(block) % 512) for block in blocks), 1)


def head(name, size, kind=b"0"):
    made = tarfile.TarInfo(name)
    made.size, made.type = size, kind
    return made.tobuf(tarfile.GNU_FORMAT)


TOLD = json.dumps(bare()).encode()
CASES = {
    "a link": (archive(bare(), entry("data/x", **LINK)), "a link"),
    "a link and a file below it": (
        archive(
            manifest({"weeklens.db": DB, "x/passwd": b"root"}),
            entry("data/x", **LINK),
            entry("data/x/passwd", b"root"),
        ),
        "a link",
    ),
    "a link under the name of a file": (
        archive(manifest(GOOD), entry("data/late/VN/a.parquet", **LINK)),
        "a link",
    ),
    "a hard link": (
        archive(bare(), entry("data/x", type=tarfile.LNKTYPE, linkname="data/weeklens.db")),
        "a link",
    ),
    "a device": (archive(bare(), entry("data/x", type=tarfile.CHRTYPE)), "a device"),
    "a pipe": (archive(bare(), entry("data/x", type=tarfile.FIFOTYPE)), "or the like"),
    "a folder": (archive(bare(), entry("data/x", type=tarfile.DIRTYPE)), "a folder"),
    "a sparse file": (
        archive(
            manifest({"weeklens.db": DB, "x": b"x"}), entry("data/x", b"x", pax_headers=SPARSE)
        ),
        "another size",
    ),
    "an old sparse file": (
        raw(head("manifest.json", len(TOLD)), TOLD, head("data/x", 0, b"S"), b"\0" * 512),
        "or the like",
    ),
    "an absolute name": (archive(manifest({"/etc/passwd": b"x"})), "outside the data folder"),
    "a name that climbs": (archive(manifest({"../x": b"x"})), "outside the data folder"),
    "a name that climbs inside": (archive(manifest({"a/../../x": b"x"})), "outside the data"),
    "a name that is the folder": (archive(manifest({".": b"x"})), "outside the data folder"),
    "a name with nothing in it": (archive(manifest({"a//b": b"x"})), "outside the data folder"),
    "a name with a zero": (archive(manifest({"a\0b": b"x"})), "outside the data folder"),
    "a file that is a folder too": (
        archive(manifest({"weeklens.db": DB, "a": b"", "a/b/c": b""})),
        "its manifest cannot be read",
    ),
    "a file not in the manifest": (archive(bare(), entry("data/x", b"x")), "not in its manifest"),
    "a file outside of data": (archive(bare(), entry("weeklens.db", DB)), "not in its manifest"),
    "a climbing file not in the manifest": (
        archive(bare(), entry("data/../../x", b"x")),
        "not in its manifest",
    ),
    "a file twice": (archive(bare(), entry("data/weeklens.db", DB)), "there twice"),
    "a longer file": (
        archive(manifest(GOOD), entry("data/late/VN/a.parquet", b"longer")),
        "another size",
    ),
    "another file": (
        archive(manifest(GOOD), entry("data/late/VN/a.parquet", b"BARS")),
        "is not what was archived",
    ),
    "a missing file": (archive(manifest(GOOD)), "'late/VN/a.parquet' is missing"),
    "no catalogue": (archive(manifest({"x": b"x"}), files={"x": b"x"}), "has no weeklens.db"),
    "a catalogue that is none": (
        archive(manifest({"weeklens.db": b"x"}), files={"weeklens.db": b"x"}),
        "is no database",
    ),
    "a newer format": (archive(bare() | {"format": 2}), "made by a newer Weeklens"),
    "a newer schema": (
        archive(bare() | {"schema": SCHEMA_VERSION + 1}),
        f"newer Weeklens .format {SCHEMA_VERSION + 1}, this one reads {SCHEMA_VERSION}",
    ),
    "a newer schema that is not told": (
        archive(manifest({"weeklens.db": database(99)}), files={"weeklens.db": database(99)}),
        "newer Weeklens .format 99",
    ),
    "a manifest that is none": (archive(b"{"), "its manifest cannot be read"),
    "a manifest of a list": (archive(b"[]"), "its manifest cannot be read"),
    "a manifest too deep": (archive(b"[" * 200_000), "its manifest cannot be read"),
    "a manifest with more in it": (archive(bare() | {"x": 1}), "its manifest cannot be read"),
    "a manifest without files": (archive(bare() | {"files": [1]}), "its manifest cannot be read"),
    "a manifest with odd sizes": (
        archive(bare() | {"files": {"weeklens.db": [-1, ""]}}),
        "its manifest cannot be read",
    ),
    "a manifest with an infinite size": (
        archive(TOLD.replace(str(len(DB)).encode(), b"1e999")),
        "its manifest cannot be read",
    ),
    "a manifest with a date that is none": (
        archive(bare() | {"made": "\x1b]0;title\x07"}),
        "its manifest cannot be read",
    ),
    "no manifest": (raw(head("data/x", 0)), "not begin with"),
    "a huge manifest": (raw(head("manifest.json", 1 << 33), b"\0" * 512), "not begin with"),
    "a manifest that unfolds": (
        archive(b" " * (40 << 20)),
        "not begin with a manifest|unpacks to more",
    ),
    "a bomb after the manifest": (
        raw(head("manifest.json", len(TOLD)), TOLD, head("data/x", 1 << 40), b"\0" * (8 << 20)),
        "not in its manifest",
    ),
    "a bomb after the end": (
        archive(bare()) + gzip.compress(b"\0" * (8 << 20), 1),
        "unpacks to more than its manifest says",
    ),
    "a name without end": (
        raw(head("manifest.json", len(TOLD)), TOLD, head("p", 1 << 33, b"x"), b"\0" * 512),
        "longer than any name",
    ),
    "no archive": (b"prices, prices, prices", "damaged or cut short"),
    "nothing": (b"", "damaged or cut short|not begin with a manifest"),
    "packed but no tar": (gzip.compress(b"x" * 20_000), "damaged or cut short"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_archive_is_refused_and_nothing_is_written(data_dir, tmp_path, name):
    data, words = CASES[name]
    file = tmp_path / "b.tar.gz"
    file.write_bytes(data)
    before = tree(tmp_path)
    with pytest.raises(UserError, match=words) as refused:
        check(file)
    assert str(refused.value).endswith(("Nothing was changed.", "was restored.", "has made."))
    with pytest.raises(UserError, match=words):
        restore(file, tmp_path / "into")
    assert tree(tmp_path) == before


def test_the_forger_can_make_a_good_one(data_dir, tmp_path):
    file = tmp_path / "b.tar.gz"
    file.write_bytes(archive(manifest(GOOD), files=GOOD))
    restore(file, tmp_path / "into")
    assert (tmp_path / "into" / "late" / "VN" / "a.parquet").read_bytes() == b"bars"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    fill(folder / "data")
    return make(folder / "data", folder / "b.tar.gz").file.read_bytes()


def unpacked(file):
    try:
        return gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def harmed(whole, tmp_path, kind, seed):
    chosen = random.Random(seed)
    at = chosen.randrange(12, len(whole) - 8)
    file = tmp_path / "b.tar.gz"
    (tmp_path / "whole").write_bytes(whole)
    if kind == "cut":
        file.write_bytes(whole[:at])
    else:
        bit = bytes([whole[at] ^ (1 << chosen.randrange(8))])
        file.write_bytes(whole[:at] + bit + whole[at + 1 :])
        if unpacked(file) == unpacked(tmp_path / "whole"):
            return  # one way of writing a run of zeros became another
    before = tree(tmp_path)
    with pytest.raises(UserError, match="archive"):
        restore(file, tmp_path / "into")
    assert tree(tmp_path) == before


@pytest.mark.parametrize("kind", ["cut", "flipped"])
@pytest.mark.parametrize("seed", range(5))
def test_a_cut_or_altered_archive_is_refused(data_dir, whole, tmp_path, kind, seed):
    harmed(whole, tmp_path, kind, seed)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["cut", "flipped"])
def test_many_cut_or_altered_archives_are_refused(data_dir, whole, tmp_path, kind):
    for seed in range(5, 1000):
        harmed(whole, tmp_path, kind, seed)


def test_a_check_writes_nothing(data_dir, whole, tmp_path):
    file = tmp_path / "b.tar.gz"
    file.write_bytes(whole)
    before = tree(tmp_path)
    assert check(file).manifest.newest_bar
    assert tree(tmp_path) == before
