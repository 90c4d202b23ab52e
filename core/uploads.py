"""Uploads that are counted while they stream in and never touch a disk."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# Beyond this the rest isn't even read, so the browser may only say that the line was cut.
READ_AT_MOST = 64 * 1024 * 1024


class BoundedUpload(FileUploadHandler):
    """Keeps one file in memory up to `most` bytes; of a longer one it keeps nothing but the size so far."""

    def __init__(self, request=None, *, most: int):
        super().__init__(request)
        self.most = most

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.kept, self.size = BytesIO(), 0

    def receive_data_chunk(self, raw_data, start):
        self.size += len(raw_data)
        if self.size > READ_AT_MOST:
            raise StopUpload(connection_reset=True)
        if self.size <= self.most:
            self.kept.write(raw_data)
        else:
            self.kept = BytesIO()

    def file_complete(self, file_size):
        """The file, whose `size` may be more than was kept."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, self.size, self.charset
        )
