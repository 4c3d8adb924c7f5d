from django.urls import path

from tongban.files.pages import sheaf, uploads

app_name = "files"
urlpatterns = [
    path("uploads", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload>", uploads.upload, name="upload"),
    path("sheaves/<uuid:sheaf>", sheaf.desktop, name="sheaf"),
    path("sheaves/<uuid:sheaf>/pages/<int:page>", sheaf.page_picture, name="sheaf_page"),
    path("phone/<str:token>", sheaf.phone, name="phone"),
    path("phone/<str:token>/pages/<int:page>", sheaf.phone_picture, name="phone_page"),
]
