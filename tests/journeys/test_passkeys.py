"""The author makes a passkey at the desk, comes in with it, and removes it: a real browser, a virtual device."""

from playwright.sync_api import CDPSession, Page, expect

from tests.support.blog import Blog

DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give a page's browser a device that holds passkeys, and somebody who unlocks it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def test_a_passkey_is_made_opens_the_desk_and_after_its_removal_no_more(blog: Blog, devices):
    page = devices().opens(blog.new_desk_link())
    device, authenticator = with_authenticator(page)
    page.get_by_role("button", name="Sign in as Ana Ferreira").click()

    page.get_by_role("link", name="Signing in").click()
    page.get_by_label("What to call it").fill("Ana’s phone")
    page.get_by_role("button", name="Add a passkey").click()
    kept = page.get_by_role("listitem").filter(has_text="Ana’s phone")
    expect(kept).to_contain_text("Not used yet.")
    (credential,) = device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert (credential["isResidentCredential"], credential["rpId"]) == (True, "localhost")

    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device has a passkey for your account already.")

    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{blog.url}/desk/")

    page.get_by_role("link", name="Signing in").click()
    expect(kept).to_contain_text("Last used today")
    expect(page.get_by_text("Signed in by passkey")).to_be_visible()
    kept.get_by_role("button", name="Remove").click()
    expect(kept).to_have_count(0)

    page.get_by_role("button", name="Sign out").first.click()
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This passkey opens nothing here")
    page.goto("/desk/")
    expect(page).to_have_url(f"{blog.url}/desk/sign-in")


def test_whoever_does_not_unlock_their_device_is_told_what_to_do(blog: Blog, devices):
    page = devices().opens("/desk/sign-in")
    device, authenticator = with_authenticator(page)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("You can try again.")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_focused()


def test_without_script_there_is_no_button_that_does_nothing(blog: Blog, devices, signed_in):
    page = devices(java_script_enabled=False, storage_state=signed_in).opens("/desk/sessions")
    expect(page.get_by_text("Adding a passkey needs script")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)
    stranger = devices(java_script_enabled=False).opens("/desk/sign-in")
    expect(stranger.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    expect(stranger.get_by_role("button", name="Send me a link")).to_be_visible()
