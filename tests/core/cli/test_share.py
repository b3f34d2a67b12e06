import io
import json

import pytest
from PIL import Image

from core.__main__ import main
from tests.core.trained import LAST_WEEK


def test_a_picture_is_written(trained, tmp_path, capsys):
    out = tmp_path / "aaa.png"
    assert main(["share", "aaa", "--size", "square", "--lang", "vi", "--out", str(out)]) == 0
    assert Image.open(io.BytesIO(out.read_bytes())).size == (1080, 1080)
    assert "Drew the forecast of AAA as of 2022-06-03 for 2022-07-01" in capsys.readouterr().out


def test_options_change_the_picture(trained, tmp_path):
    drawn = []
    for options in (
        (),
        ("--theme", "dark"),
        ("--lang", "vi"),
        ("--as-of", f"{LAST_WEEK:%Y-%m-%d}"),
    ):
        out = tmp_path / "x.png"
        assert main(["share", "AAA", "--market", "VN", *options, "--out", str(out)]) == 0
        drawn.append(out.read_bytes())
    assert drawn[3] == drawn[0]
    assert len(set(drawn)) == 3


def test_the_answer_as_json(trained, tmp_path, capsys):
    out = tmp_path / "aaa.png"
    assert main(["share", "AAA", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["as_of"], told["market"]) == (str(out), "2022-06-03", "VN")


@pytest.mark.parametrize(
    ("symbol", "out", "said"),
    [
        ("HALT", "x.png", "There is no forecast of HALT to draw. It did not trade"),
        ("NOSUCH", "x.png", "There are no prices of NOSUCH"),
        ("AAA", "x.jpg", "The picture is a PNG file: name it x.png."),
        ("AAA", "no/folder/x.png", "cannot be written"),
    ],
)
def test_a_refusal_is_one_sentence_and_no_file(trained, tmp_path, capsys, symbol, out, said):
    path = tmp_path / out
    assert main(["share", symbol, "--out", str(path)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not path.exists()
