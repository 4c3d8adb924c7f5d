from django.urls import path

from tongban.authentication.pages import confirm, factors, login, passkey, phone, second, security

app_name = "authentication"
urlpatterns = [
    path("login", login.enter, name="login"),
    path("login/phone", phone.ask, name="phone"),
    path("login/phone/code", phone.code, name="phone_code"),
    path("login/which", phone.which, name="which"),
    path("login/passkey", passkey.enter, name="passkey"),
    path("login/passkey/challenge", passkey.challenge, name="passkey_challenge"),
    path("login/second", second.second, name="second"),
    path("logout", login.leave, name="logout"),
    path("confirm", confirm.confirm, name="confirm"),
    path("confirm/challenge", confirm.challenge, name="confirm_challenge"),
    path("my/security", security.overview, name="security"),
    path("my/security/password", security.password, name="password"),
    path("my/security/totp", factors.authenticator, name="totp"),
    path("my/security/totp/removal", factors.authenticator_off, name="totp_removal"),
    path("my/security/passkeys", factors.keys, name="passkeys"),
    path("my/security/passkeys/new", factors.key_new, name="passkey_new"),
    path("my/security/passkeys/challenge", factors.key_challenge, name="passkey_new_challenge"),
    path("my/security/passkeys/<uuid:key>/removal", factors.key_removal, name="passkey_removal"),
    path("my/security/recovery", factors.recovery_codes, name="recovery"),
    path("my/security/sessions/<uuid:session>/end", security.end, name="session_end"),
    path("my/security/sessions/end-others", security.end_others, name="sessions_end"),
]
