"""A person at a browser, as far as an app needs one: signs in with a link, reads, presses "Allow".

`python -m tests.programs.browser LINK ADDRESS`
"""

import re
import sys

import httpx


def main(link: str, address: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        _press(browser, link, {})
        _press(browser, address, {"do": "allow"})


def _press(browser: httpx.Client, address: str, pressed: dict[str, str]) -> None:
    """Send the form of a page, with the token that is in it."""
    page = browser.get(address)
    page.raise_for_status()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text))
    browser.post(address, data={"csrfmiddlewaretoken": token, **pressed}).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:])
