"""The report in a browser: no request, no error, nothing that axe-core finds serious, small screens, paper.

These need Chromium and axe-core, which `make test-browser` sees to; where one is missing they are skipped. Pictures
of what was seen are in `build/browser`, to be looked at.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import commonweal as cw

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
SEEN = Path(__file__).parents[2] / "build" / "browser"
AXE = SEEN / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.skipif("COMMONWEAL_BROWSER" not in os.environ, reason="run by make test-browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
]

WIDE, NARROW = (1200, 900), (390, 844)
PAPER = {"light": "--blink-settings=preferredColorScheme=1", "dark": "--blink-settings=preferredColorScheme=0"}


def patience() -> float:
    """How much longer than on an idle machine anything takes now: there may be more to do than there are cores."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def browse(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    profile = page.parent / "profile"
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
    ]
    return subprocess.run(
        [*command, "--enable-logging=stderr", *options, page.as_uri()],
        check=True,
        capture_output=True,
        text=True,
        timeout=120 * patience(),
    )


def asked(page: Path, script: str, folder: Path, *options: str, wait: bool = True) -> object:
    """What the script returns in the page; only this copy of it may run any.

    Without `wait`, by the time the page is loaded; with it time is the browser's, which stands still while it works.
    """
    html = page.read_text(encoding="utf-8")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    ask = f"""<script>(async () => {{
        const told = await (async () => {{ {script} }})();
        const out = document.createElement("script"); out.type = "application/json"; out.id = "told";
        out.textContent = JSON.stringify(told).replaceAll("<", "\\u003c"); document.body.append(out);
    }})()</script>"""
    copy = folder / "asked.html"
    copy.write_text(html.replace("</body>", f"{ask}</body>"), encoding="utf-8")
    done = browse(copy, "--dump-dom", *(["--virtual-time-budget=20000"] if wait else []), *options)
    told = re.search(r'<script type="application/json" id="told">(.*?)</script>', done.stdout, re.DOTALL)
    assert told is not None, done.stderr[-2_000:]
    return json.loads(told[1])


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    community = cw.datasets.simulate(members=200, days=250, seed=7)
    first, last = community.span or (None, None)
    assert first is not None
    assert last is not None
    middle = first + (last - first) / 2
    folder = tmp_path_factory.mktemp("browser")
    return cw.report(
        community, folder / "report.html", compare=community.between(first, middle), compare_name="its first half"
    )


def test_it_opens_without_a_request_or_an_error(report: Path) -> None:
    log = report.parent / "net.json"
    done = browse(report, "--dump-dom", f"--log-net-log={log}")
    assert "CONSOLE" not in done.stderr
    assert "</html>" in done.stdout
    asked_for = set(
        re.findall(r'"url":"((?:https?|wss?|ftp)://[^"]*)"', log.read_text(encoding="utf-8", errors="replace"))
    )
    # The browser itself may call home; the page may not.
    assert not [url for url in asked_for if "google" not in url and "gvt1" not in url]


def test_it_loads_within_a_second(report: Path) -> None:
    script = """await new Promise(done => addEventListener("load", done));
        return performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;"""
    told = asked(report, script, report.parent, wait=False)
    assert isinstance(told, float | int)
    assert 0 < told < 1_000 * patience()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not in build/browser")
@pytest.mark.parametrize("paper", PAPER)
def test_axe_finds_nothing_serious(report: Path, paper: str, tmp_path: Path) -> None:
    run = f"""{AXE.read_text(encoding="utf-8")};
        const dark = matchMedia("(prefers-color-scheme: dark)").matches;
        return [dark, (await axe.run()).violations];"""
    told = asked(report, run, tmp_path, f"--window-size={WIDE[0]},{WIDE[1]}", PAPER[paper])
    assert isinstance(told, list)
    dark, found = told
    assert dark is (paper == "dark")
    serious = {
        rule["id"]: [node["html"][:200] for node in rule["nodes"]]
        for rule in found
        if rule["impact"] in ("serious", "critical")
    }
    assert not serious


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_is_wider_than_the_screen(report: Path, size: tuple[int, int]) -> None:
    # Headless windows are no narrower than 500 pixels, so the page is put into a frame.
    frame = report.parent / f"frame-{size[0]}.html"
    frame.write_text(
        f'<iframe src="{report.name}" style="width:{size[0]}px;height:{size[1]}px;border:0"></iframe><body></body>'
    )
    script = """const inner = document.querySelector("iframe");
        const there = page => page?.URL.startsWith("file:") && page.readyState === "complete";
        while (!there(inner.contentDocument)) await new Promise(done => setTimeout(done, 50));
        const page = inner.contentDocument;
        return [page.documentElement.scrollWidth, inner.clientWidth,
            [...page.querySelectorAll(".chart")].filter(one => one.offsetWidth > 0).length];"""
    told = asked(frame, script, report.parent, "--allow-file-access-from-files", "--window-size=1400,1000")
    assert isinstance(told, list)
    assert told[0] <= told[1], told
    assert told[2] >= 10


def test_a_link_to_a_definition_opens_it(report: Path) -> None:
    script = """location.hash = "#def-response.first_response"; await new Promise(done => setTimeout(done, 300));
        return document.getElementById("def-response.first_response").closest("details").open;"""
    assert asked(report, script, report.parent) is True


def test_a_keyboard_gets_everywhere(report: Path) -> None:
    script = """const all = [...document.querySelectorAll("a[href], summary, [tabindex]")];
        return [all.length, all.filter(one => one.tabIndex < 0).length, all[0].className];"""
    told = asked(report, script, report.parent)
    assert isinstance(told, list)
    assert told[0] > 60
    assert told[1:] == [0, "skip"]


def test_it_prints(report: Path) -> None:
    paper = report.parent / "report.pdf"
    browse(report, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 8 <= pages <= 40, pages


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desktop", "mobile"])
def test_it_is_drawn(report: Path, paper: str, size: tuple[int, int]) -> None:
    page = report
    if size == NARROW:
        page = report.parent / "phone.html"
        page.write_text(
            f'<body style="margin:0"><iframe src="{report.name}" width="{size[0]}" height="4000" style="border:0">'
        )
    picture = SEEN / f"{'desktop' if size == WIDE else 'mobile'}-{paper}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    window = f"--window-size={max(size[0], 500)},4000"
    browse(page, f"--screenshot={picture}", window, PAPER[paper], "--virtual-time-budget=5000")
    assert picture.read_bytes().startswith(b"\x89PNG")
    # A blank page of this size is some 10 kB.
    assert picture.stat().st_size > 100_000
