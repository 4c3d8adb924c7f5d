from django.urls import path

from tongban.accounts.pages import claim, register, seeing, verify

app_name = "accounts"
urlpatterns = [
    path("register", register.register, name="register"),
    path("register/code", register.code, name="register_code"),
    path("my/claim", claim.claim, name="claim"),
    path("my/claim/face", claim.face, name="claim_face"),
    path("my/claim/face/result", claim.face_result, name="claim_face_result"),
    path("desk/people/claims/<uuid:claim>", claim.at_window, name="claim_at_window"),
    path("my/verify", verify.verify, name="verify"),
    path("my/verify/code", verify.code, name="verify_code"),
    path("my/verify/real-name", verify.real_name, name="verify_real_name"),
    path("my/verify/face", verify.face, name="verify_face"),
    path("my/verify/face/result", verify.face_result, name="verify_face_result"),
    path("desk/people/seen", seeing.seen, name="seen"),
]
