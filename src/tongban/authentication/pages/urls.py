from django.urls import path

from tongban.authentication.pages import login, upstream

app_name = "authentication"
urlpatterns = [
    path("login", login.enter, name="login"),
    path("login/municipal", upstream.begin, name="municipal"),
    path("login/municipal/back", upstream.come_back, name="municipal_back"),
    path("logout", login.leave, name="logout"),
]
