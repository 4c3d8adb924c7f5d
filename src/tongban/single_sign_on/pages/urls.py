from django.urls import path

from tongban.single_sign_on.pages import authorize, desk, desk_asking, endpoints, leaving, mine

app_name = "single_sign_on"
urlpatterns = [
    path(".well-known/openid-configuration", endpoints.discovery, name="discovery"),
    path("sso/jwks.json", endpoints.jwks, name="jwks"),
    path("sso/authorize", authorize.authorize, name="authorize"),
    path("sso/token", endpoints.token, name="token"),
    path("sso/userinfo", endpoints.userinfo, name="userinfo"),
    path("sso/revocation", endpoints.revocation, name="revocation"),
    path("sso/logout", leaving.leave, name="leave"),
    path("my/systems", mine.systems, name="systems"),
    path("my/systems/<slug:key>/withdrawal", mine.withdraw, name="withdraw"),
    path("desk/sso/clients", desk.clients, name="clients"),
    path("desk/sso/clients/new", desk_asking.ask, name="client_new"),
    path("desk/sso/clients/<slug:key>", desk.client, name="client"),
    path("desk/sso/clients/<slug:key>/change", desk_asking.change, name="client_change"),
    path("desk/sso/clients/<slug:key>/secret", desk.make_secret, name="client_secret"),
    path("desk/sso/clients/<slug:key>/suspension", desk.suspend, name="client_suspend"),
    path("desk/sso/clients/<slug:key>/resumption", desk.resume, name="client_resume"),
    path("desk/sso/askings/<uuid:asking>", desk_asking.asking, name="asking"),
    path("desk/sso/askings/<uuid:asking>/decision", desk_asking.decide, name="asking_decide"),
]
