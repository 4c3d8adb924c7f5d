from django.urls import path

from tongban.catalog.pages import citizen

app_name = "catalog"
urlpatterns = [
    path("items", citizen.items, name="items"),
    path("items/<str:code>", citizen.guide, name="guide"),
]
