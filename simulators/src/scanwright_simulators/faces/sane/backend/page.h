/* A page on its way: which files its bytes are in, and how many may be read by now. */
#ifndef SCANWRIGHT_PAGE_H
#define SCANWRIGHT_PAGE_H

#include "wire.h"

struct segment {
    int file;
    uint64_t start, end; /* where its bytes lie in the page */
};

struct page {
    bool is_open;
    SANE_Parameters parameters;
    struct segment segments[MAX_FILES];
    size_t segment_count;
    uint64_t total, granted, position;
    uint32_t question; /* the WAIT that is not answered yet, or 0 */
    bool is_over;      /* then `final` is what comes after the granted bytes */
    SANE_Status final;
};

SANE_Parameters read_parameters(struct reader *from);
/* Takes the files of `reply`; false when it describes no page. */
bool page_open(struct page *page, struct reply *reply);
void page_close(struct page *page);
void page_end(struct page *page, SANE_Status final);
/* What a WAIT brought. */
void page_answer(struct page *page, struct reply *reply);
/* Copies granted bytes; returns how many, fewer than asked only at the end of them. */
size_t page_copy(struct page *page, unsigned char *to, size_t size);

#endif
