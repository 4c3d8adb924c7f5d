from django.urls import path

from tongban.authentication.pages import login

app_name = "authentication"
urlpatterns = [
    path("login", login.enter, name="login"),
    path("logout", login.leave, name="logout"),
]
