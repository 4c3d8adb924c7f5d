from django.urls import path

from tongban.authentication.pages import card_desk, cards, login, scanning, switching, upstream

app_name = "authentication"
urlpatterns = [
    path("login", login.enter, name="login"),
    path("login/municipal", upstream.begin, name="municipal"),
    path("login/municipal/back", upstream.come_back, name="municipal_back"),
    path("login/card", cards.enter, name="card_login"),
    path("switch", switching.switch, name="switch"),
    path("switch/leaving", switching.step_aside, name="step_aside"),
    path("desk/cards", card_desk.all_cards, name="cards"),
    path("desk/cards/<uuid:card>", card_desk.one_card, name="card"),
    path("desk/cards/<uuid:card>/stopping", card_desk.stop, name="card_stop"),
    path("desk/cards/<uuid:card>/resumption", card_desk.resume, name="card_resume"),
    path("desk/cards/<uuid:card>/pin", card_desk.set_pin, name="card_pin"),
    path("login/phone", scanning.wait, name="scan_wait"),
    path("login/phone/code", scanning.begin, name="scan_begin"),
    path("login/phone/session", scanning.take, name="scan_take"),
    path("scan/<str:token>", scanning.answer, name="scan"),
    path("logout", login.leave, name="logout"),
]
