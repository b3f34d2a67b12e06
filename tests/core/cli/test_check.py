import json

from core import home
from core.__main__ import main
from tests.core.monitoring.came_due import store_live


def test_what_home_lists_is_printed_and_the_exit_code_says_so(trained, capsys):
    store_live(trained, 20, half=0.1)
    texts = [notice.text for notice in home.notices(trained)]
    assert any("the 80 % intervals are worse than it should be" in text for text in texts)
    assert main(["check"]) == 1
    assert capsys.readouterr().out.splitlines() == texts
    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["text"] for one in told["notices"]] == texts


def test_a_folder_where_all_is_well_passes(data_dir, capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Nothing needs attention.\n"
