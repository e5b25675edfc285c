"""How a part of a page looks: whether it fits, its buttons can be pressed, and it can be read."""

from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import settled

WIDTHS = (1280, 800)
_HEIGHT = 860
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 20, 26)"}
"""The page's background by colour scheme."""

_TOO_WIDE = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .some(part => part.scrollWidth > part.clientWidth)"""
# What has to be scrolled sideways within a part: its own scroller lies in it.
_SIDEWAYS = """part => [part, ...part.querySelectorAll("div")].filter(one =>
    ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
    && one.scrollWidth > one.clientWidth).map(one => one.innerText.slice(0, 60))"""
# Buttons of which somebody would see nothing, or something else, at their middle.
_OUT_OF_REACH = """part => [...part.querySelectorAll("button:enabled")].filter(button => {
    if (!button.checkVisibility()) return false;
    const {left, right, top, bottom} = button.getBoundingClientRect();
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) return true;
    return !button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}).map(button => button.innerText || button.ariaLabel)"""
# Texts with less contrast than WCAG 2.2 asks for (4.5), computed as it says (1.4.3, and "relative
# luminance"). What can't be pressed is excepted there; the key on a primary button is so by us: the
# help lists it.
_FAINT = """part => {
    document.getAnimations().forEach(animation => animation.finish());
    const above = element => element ? [...above(element.parentElement), element] : [];
    const colour = text => {
        const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
        return {rgb: [r, g, b], a};
    };
    const over = (top, ground) => top.rgb.map((c, n) => c * top.a + ground[n] * (1 - top.a));
    const behind = element => above(element).reduce(
        (ground, one) => over(colour(getComputedStyle(one).backgroundColor), ground),
        [255, 255, 255]);
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const luminance = rgb => rgb.map(c => linear(c / 255))
        .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
    const contrast = element => {
        const ground = behind(element), own = colour(getComputedStyle(element).color);
        const opacity = above(element).reduce((o, one) => o * getComputedStyle(one).opacity, 1);
        const shown = over({rgb: own.rgb, a: own.a * opacity}, ground);
        const [low, high] = [luminance(shown), luminance(ground)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const excepted = "button:disabled, [data-testid=stBaseButton-primary] kbd";
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), faint = [];
    let looked = 0;
    while (texts.nextNode()) {
        const words = texts.currentNode.textContent.trim();
        const element = texts.currentNode.parentElement;
        if (!words || !element.checkVisibility() || element.closest(excepted)) continue;
        looked += 1;
        const found = contrast(element);
        if (found < 4.5) faint.push(`${words}: ${found.toFixed(2)}`);
    }
    return looked ? faint : ["no text at all"];
}"""


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate(_TOO_WIDE))


def every_look(page: Page) -> Iterator[str]:
    """Show the page at both widths and in both colour schemes; yields which."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        for scheme, ground in GROUNDS.items():
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            expect(page.locator(".stApp")).to_have_css("background-color", ground)
            page.mouse.move(1, _HEIGHT // 2)
            settled(page)
            yield f"{width} px, {scheme}"


def looks_well(part: Locator, look: str) -> None:
    """Neither page nor part scrolls sideways, every button can be pressed, every text be read."""
    assert not too_wide(part.page), look
    assert part.evaluate(_SIDEWAYS) == [], look
    assert part.evaluate(_OUT_OF_REACH) == [], look
    assert part.evaluate(_FAINT) == [], look
