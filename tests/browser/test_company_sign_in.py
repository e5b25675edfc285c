"""A hosted app with a real company sign-in: who gets in, who does not, and until when."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Page, expect

from tests.attacks.visitor import fetch, require_headers
from tests.browser.company import STYLES, found_firm, invite_dana, running_provider, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.servers import Home, free_port, run_command, running_app
from tests.browser.steps import press, says, settled, titled


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def hosted(tmp_path: Path, port: int) -> Iterator[Home]:
    """A firm whose sign-in has a certificate of its own authority, which the settings name."""
    authority, known = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)
    own = tmp_path / "sign-in.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(own)
    with running_provider(tmp_path, "--certificate", str(own), scheme="https") as provider:
        home = found_firm(tmp_path / "firm", f"http://localhost:{port}", provider)
        yield invite_dana(replace(home, more={**home.more, "LEDGERSYNC_CA_BUNDLE": str(known)}))


def test_people_of_the_company_sign_in_and_nobody_else(
    hosted: Home, port: int, open_page: OpenPage
) -> None:
    with running_app(hosted, port):
        address = f"http://localhost:{port}"

        def visit(url: str) -> Page:
            return open_page(url, elsewhere=STYLES, any_certificate=True)

        _require_guarded(port)
        stranger = visit(f"{address}/settings")
        says(stranger, "Sign in with your company's account")
        expect(stranger.get_by_role("heading", name="Settings")).to_have_count(0)
        sign_in(stranger, "eve")
        says(stranger, "Nobody has invited eve")
        expect(stranger.get_by_role("link", name="Overview")).to_have_count(0)

        dana = sign_in(visit(address), "dana")
        titled(dana, "Overview")
        dana.get_by_role("link", name="Rules").first.click()
        press(titled(dana, "Rules"), "New rule")

        ann = sign_in(visit(address), "ann")
        _require_own_files(ann, stranger)
        ann.get_by_role("link", name="Settings").last.click()
        says(titled(ann, "Settings"), "Users and roles")
        run_command(hosted, "users", "disable", "dana@firm.com")

        # A field of the form reruns a fragment alone: no page opens, and the gate is not passed.
        dana.get_by_role("textbox", name="Pattern").fill("UBER")
        dana.get_by_role("textbox", name="Pattern").press("Enter")
        says(dana, "Dana may not")
        dana.get_by_role("link", name="Clients").first.click()
        says(dana, "your access to this app was turned off")
        expect(dana.get_by_role("link", name="Overview")).to_have_count(0)

        press(ann, "Ann")
        press(ann, "Sign out everywhere")
        ann.wait_for_url(lambda url: str(port) not in url.split("/")[2])
        ann.goto(f"{address}/review")
        says(ann, "Sign in")
        for page in (stranger, dana, ann):
            page.close()


def test_a_sign_in_that_comes_to_nothing_says_so(
    tmp_path: Path, port: int, open_page: OpenPage
) -> None:
    with ExitStack() as company:
        provider = company.enter_context(running_provider(tmp_path))
        home = found_firm(tmp_path / "firm", f"http://localhost:{port}", provider)
        with running_app(home, port):
            page = open_page(f"http://localhost:{port}", elsewhere=STYLES)
            press(page, "Sign in")
            press(page, "Deny")
            says(page, "Your company's sign-in did not complete.")
            company.close()
            press(page, "Sign in")
            says(page, "Your company's sign-in does not answer the app.")
            page.close()


def _require_guarded(port: int) -> None:
    """What the server says to somebody who has not signed in, page or not."""
    told = {"/": 200, "/readyz": 200, "/_stcore/health": 200, "/_stcore/metrics": 404}
    told["/media/0123456789abcdef.csv"] = 403
    answers = {path: fetch(port, "GET", path) for path in told}
    assert {path: answer.status for path, answer in answers.items()} == told
    for answer in answers.values():
        require_headers(answer)
    assert json.loads(answers["/readyz"].body) == {"ready": True, "missing": []}


def _require_own_files(ann: Page, stranger: Page) -> None:
    """A file that somebody may download is nothing to another, who has its address."""
    ann.get_by_role("link", name="Rules").first.click()
    titled(ann, "Rules").get_by_role("tab", name="Import and export").click()
    with (
        ann.expect_response(lambda response: "/media/" in response.url) as answered,
        ann.expect_download() as downloaded,
    ):
        press(settled(ann), "Export rules (CSV)")
    assert "Patterns" in downloaded.value.path().read_text()
    assert answered.value.headers["cache-control"] == "no-store"
    assert ann.request.get(answered.value.url).status == 200
    assert stranger.request.get(answered.value.url).status == 403
