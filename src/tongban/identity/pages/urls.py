from django.urls import path

from tongban.identity.pages import login

app_name = "identity"
urlpatterns = [
    path("login", login.enter, name="login"),
    path("logout", login.leave, name="logout"),
]
