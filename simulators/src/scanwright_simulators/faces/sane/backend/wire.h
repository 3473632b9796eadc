/* Frames between this backend and the simulators: protocol.py says what is in them.
 *
 * One frame is one packet of a SOCK_SEQPACKET socket. A reader never leaves its frame:
 * what is not there reads as zero, and `ok` says afterwards whether all was there.
 */
#ifndef SCANWRIGHT_WIRE_H
#define SCANWRIGHT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sane_types.h"

enum {
    PROTOCOL_VERSION = 1,
    MAX_FRAME = 64 * 1024,
    MAX_FILES = 32,
    STATUS_PENDING = -1,
    LAST_STATUS = SANE_STATUS_HW_LOCKED
};

enum operation {
    OP_LIST = 1,
    OP_OPEN,
    OP_GET,
    OP_SET,
    OP_PARAMETERS,
    OP_START,
    OP_WAIT,
    OP_CANCEL,
    OP_CLOSE
};

/* Memory that is freed all at once. */
struct arena {
    struct arena_block *blocks;
};

void *arena_take(struct arena *arena, size_t size);
void arena_free(struct arena *arena);

struct reader {
    const unsigned char *at, *end;
    bool ok;
};

void read_bytes(struct reader *from, void *to, size_t size);
uint8_t read_u8(struct reader *from);
uint16_t read_u16(struct reader *from);
uint32_t read_u32(struct reader *from);
uint64_t read_u64(struct reader *from);
int32_t read_i32(struct reader *from);
/* Bytes with their length before them; they stay in the frame. */
const unsigned char *read_blob(struct reader *from, size_t *size);
/* The same as a string in `arena`; NULL when memory or the frame is short. */
char *read_string(struct reader *from, struct arena *arena);

/* A request; `ok` is false once something did not fit. */
struct writer {
    unsigned char data[8 * 1024];
    size_t size;
    bool ok;
};

void write_head(struct writer *to, uint32_t sequence, enum operation operation);
void write_u16(struct writer *to, uint16_t value);
void write_u32(struct writer *to, uint32_t value);
void write_u64(struct writer *to, uint64_t value);
void write_blob(struct writer *to, const void *data, size_t size);

/* A reply, and the files that came with it. */
struct reply {
    uint32_t sequence;
    int32_t status;
    struct reader body;
    int files[MAX_FILES];
    size_t file_count;
    unsigned char data[MAX_FRAME];
};

void close_files(struct reply *reply);

/* A connected socket in *`connection`; refuses a server that is another user's. */
SANE_Status connect_to(const char *path, int patience_ms, int *connection);
SANE_Status send_request(int connection, const struct writer *request);
/* Never blocks, and may be called from a signal handler. */
void send_cancel(int connection);

/* Waits for a reply as long as `patience_ms`. Gives CANCELLED when `wake`, unless it is
 * -1, can be read before that, and DEVICE_BUSY when nothing came. */
SANE_Status receive_reply(int connection, int wake, int patience_ms, struct reply *reply);

#endif
