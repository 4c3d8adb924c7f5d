from django.urls import path

from tongban.design.pages import views

app_name = "design"
urlpatterns = [
    path("design", views.components, name="components"),
    path("design/confirmation", views.confirmation, name="confirmation"),
    path("design/desk", views.desk, name="desk"),
    path("care", views.care, name="care"),
]
