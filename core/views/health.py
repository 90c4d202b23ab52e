"""Is the service well: for load balancers and watchers."""

from django.db import DatabaseError, connection
from django.http import JsonResponse


def healthz(request):
    """200 with the database's state, 503 if it doesn't answer. No version, no secret."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "ok"})
