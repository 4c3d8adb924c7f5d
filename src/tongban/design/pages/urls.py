from django.urls import path

from tongban.design.pages import views

app_name = "design"
urlpatterns = [
    path("design", views.components, name="components"),
    path("care", views.care, name="care"),
]
