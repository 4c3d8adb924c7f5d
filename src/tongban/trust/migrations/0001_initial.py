import django.db.models.deletion
import tongban.kernel.fields
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('algorithm', models.CharField(choices=[('sm2', 'sm2'), ('ecdsa', 'ecdsa')], max_length=10)),
                ('store', models.CharField(max_length=10)),
                ('private', tongban.kernel.fields.EncryptedText(blank=True, default='')),
                ('public', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('authority', '根证书'), ('seal_maker', '制章人'), ('signer', '机构'), ('stamp', '时间戳')], max_length=12)),
                ('usage', models.CharField(choices=[('authority', '签发证书'), ('sign', '签名'), ('encrypt', '加密'), ('stamp', '时间戳')], max_length=10)),
                ('holder', models.CharField(blank=True, max_length=80)),
                ('name', models.CharField(max_length=64)),
                ('organisation', models.CharField(max_length=64)),
                ('algorithm', models.CharField(choices=[('sm2', 'sm2'), ('ecdsa', 'ecdsa')], max_length=10)),
                ('serial', models.CharField(max_length=40, unique=True)),
                ('der', models.BinaryField()),
                ('not_before_at', models.DateTimeField()),
                ('not_after_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('current', '在用'), ('replaced', '已更换'), ('revoked', '已吊销')], default='current', max_length=10)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, choices=[('unspecified', '未说明原因'), ('key_compromise', '密钥泄露'), ('affiliation_changed', '持有人变动'), ('superseded', '已被新证书取代'), ('cessation_of_operation', '停止使用')], max_length=30)),
                ('issuer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trust.certificate')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trust.key')),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trust.certificate')),
            ],
        ),
        migrations.CreateModel(
            name='RevocationList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('der', models.BinaryField()),
                ('this_update_at', models.DateTimeField()),
                ('next_update_at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trust.certificate')),
            ],
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(condition=models.Q(('state', 'current')), fields=['not_after_at'], name='trust_current_end'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(condition=models.Q(('state', 'revoked')), fields=['issuer'], name='trust_revoked_of'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('role', 'holder', 'usage', 'algorithm'), name='trust_one_current'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('state', 'revoked')), models.Q(models.Q(('state', 'revoked'), _negated=True), ('revoked_at', None)), _connector='OR'), name='trust_revoked_has_time'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('not_after_at__gt', models.F('not_before_at'))), name='trust_ends_after_begin'),
        ),
        migrations.AddConstraint(
            model_name='revocationlist',
            constraint=models.UniqueConstraint(fields=('authority', 'number'), name='trust_list_number_once'),
        ),
    ]
