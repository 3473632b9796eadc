/* Bytes come out of the files by pread: one copy, and no mapping that could fault. */
#include "page.h"

#include <errno.h>
#include <unistd.h>

/* No page is that long; sums of lengths below it cannot overflow. */
static const uint64_t LONGEST_SEGMENT = (uint64_t)1 << 48;

SANE_Parameters read_parameters(struct reader *from)
{
    SANE_Parameters parameters;
    parameters.format = (SANE_Frame)read_i32(from);
    parameters.last_frame = read_i32(from);
    parameters.bytes_per_line = read_i32(from);
    parameters.pixels_per_line = read_i32(from);
    parameters.lines = read_i32(from);
    parameters.depth = read_i32(from);
    return parameters;
}

bool page_open(struct page *page, struct reply *reply)
{
    struct reader *from = &reply->body;
    uint16_t count;

    *page = (struct page){.is_open = true};
    page->parameters = read_parameters(from);
    page->granted = read_u64(from);
    count = read_u16(from);
    if (!from->ok || count != reply->file_count) {
        close_files(reply);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t length = read_u64(from);
        from->ok = from->ok && length <= LONGEST_SEGMENT;
        page->segments[i] =
            (struct segment){reply->files[i], page->total, page->total + length};
        page->total += length;
    }
    page->segment_count = count;
    reply->file_count = 0;
    return from->ok && page->granted <= page->total;
}

void page_close(struct page *page)
{
    for (size_t i = 0; i < page->segment_count; i++)
        close(page->segments[i].file);
    page->segment_count = 0;
    page->is_open = false;
}

void page_end(struct page *page, SANE_Status final)
{
    page->question = 0;
    page->is_over = true;
    page->final = final;
}

void page_answer(struct page *page, struct reply *reply)
{
    uint64_t granted;
    if (reply->status == STATUS_PENDING)
        return;
    if (reply->status != SANE_STATUS_GOOD) {
        page_end(page, (SANE_Status)reply->status);
        return;
    }
    granted = read_u64(&reply->body);
    /* An answer without news would be asked for again at once, for ever. */
    if (!reply->body.ok || granted > page->total || granted <= page->granted) {
        page_end(page, SANE_STATUS_IO_ERROR);
        return;
    }
    page->question = 0;
    page->granted = granted;
}

static size_t copy_some(const struct segment *segment, uint64_t position,
                        unsigned char *to, size_t size)
{
    ssize_t got;
    do
        got = pread(segment->file, to, size, (off_t)(position - segment->start));
    while (got < 0 && errno == EINTR);
    return got > 0 ? (size_t)got : 0;
}

size_t page_copy(struct page *page, unsigned char *to, size_t size)
{
    size_t done = 0;
    for (size_t i = 0; i < page->segment_count && done < size; i++) {
        const struct segment *segment = &page->segments[i];
        uint64_t limit = segment->end < page->granted ? segment->end : page->granted;
        while (done < size && page->position >= segment->start &&
               page->position < limit) {
            uint64_t rest = limit - page->position;
            size_t want = size - done < rest ? size - done : (size_t)rest;
            size_t got = copy_some(segment, page->position, to + done, want);
            if (got == 0) { /* the file is shorter than was said */
                page->granted = page->position;
                page_end(page, SANE_STATUS_IO_ERROR);
                return done;
            }
            done += got;
            page->position += got;
        }
    }
    return done;
}
