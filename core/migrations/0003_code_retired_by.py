from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_shared_cache")]

    operations = [
        migrations.AddField(
            model_name="code",
            name="retired_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="retired by",
            ),
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.CheckConstraint(
                condition=models.Q(("retired_by", None), ("retired_on__isnull", False), _connector="OR"),
                name="code_retired_by_with_day",
            ),
        ),
    ]
