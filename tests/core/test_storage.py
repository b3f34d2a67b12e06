from core.storage import disk_use


def test_parts_are_summed_and_the_largest_comes_first(tmp_path):
    (tmp_path / "bars" / "VN").mkdir(parents=True)
    (tmp_path / "bars" / "VN" / "a.parquet").write_bytes(b"x" * 10)
    (tmp_path / "weeklens.db").write_bytes(b"x" * 100)
    (tmp_path / "weeklens.db-wal").write_bytes(b"x" * 5)
    (tmp_path / "notes.txt").write_bytes(b"x")
    sizes, free = disk_use(tmp_path)
    assert list(sizes.items()) == [
        ("Catalogue, jobs and forecasts", 105),
        ("Prices", 10),
        ("Other", 1),
    ]
    assert free > 0


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path):
    sizes, free = disk_use(tmp_path / "deep" / "data")
    assert sizes == {}
    assert free > 0


def test_what_a_link_leads_to_is_not_counted(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "big").write_bytes(b"x" * 1000)
    data = tmp_path / "data"
    data.mkdir()
    (data / "sources").symlink_to(tmp_path / "far")
    sizes, _ = disk_use(data)
    assert sum(sizes.values()) < 1000
