import re

from tools.contact_sheet import contact_sheet


def test_a_page_whose_name_begins_another_has_its_own_row(tmp_path):
    for name in ("stock-390-dark-vi", "stock-record-390-dark-vi", "stock-390-dark-en"):
        (tmp_path / f"{name}.png").touch()
    page = contact_sheet(tmp_path, ["stock", "stock-record"]).read_text("utf-8")
    rows = [re.findall(r'img src="(.*?)"', row) for row in page.split("<h2>")[1:]]
    assert rows == [
        ["stock-390-dark-en.png", "stock-390-dark-vi.png"],
        ["stock-record-390-dark-vi.png"],
    ]
