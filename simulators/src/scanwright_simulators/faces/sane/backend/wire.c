/* Frames: bounds on the way in, deadlines on the way out. */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct arena_block {
    struct arena_block *next;
    max_align_t data[];
};

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return block->data;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
}

void read_bytes(struct reader *from, void *to, size_t size)
{
    if (!from->ok || (size_t)(from->end - from->at) < size) {
        from->ok = false;
        memset(to, 0, size);
        return;
    }
    memcpy(to, from->at, size);
    from->at += size;
}

#define READ(type, name)                                                                 \
    type read_##name(struct reader *from)                                                \
    {                                                                                    \
        type value;                                                                      \
        read_bytes(from, &value, sizeof value);                                          \
        return value;                                                                    \
    }

READ(uint8_t, u8)
READ(uint16_t, u16)
READ(uint32_t, u32)
READ(uint64_t, u64)
READ(int32_t, i32)

const unsigned char *read_blob(struct reader *from, size_t *size)
{
    const unsigned char *blob;
    *size = read_u16(from);
    if (!from->ok || (size_t)(from->end - from->at) < *size) {
        from->ok = false;
        *size = 0;
    }
    blob = from->at;
    from->at += *size;
    return blob;
}

char *read_string(struct reader *from, struct arena *arena)
{
    size_t size;
    const unsigned char *blob = read_blob(from, &size);
    char *text = arena_take(arena, size + 1);
    if (text == NULL) {
        from->ok = false;
        return NULL;
    }
    memcpy(text, blob, size);
    return text;
}

static void write_bytes(struct writer *to, const void *data, size_t size)
{
    if (!to->ok || sizeof to->data - to->size < size) {
        to->ok = false;
        return;
    }
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

void write_head(struct writer *to, uint32_t sequence, enum operation operation)
{
    uint8_t byte = (uint8_t)operation;
    to->size = 0;
    to->ok = true;
    write_bytes(to, &sequence, sizeof sequence);
    write_bytes(to, &byte, sizeof byte);
}

void write_u16(struct writer *to, uint16_t value)
{
    write_bytes(to, &value, sizeof value);
}

void write_u32(struct writer *to, uint32_t value)
{
    write_bytes(to, &value, sizeof value);
}

void write_u64(struct writer *to, uint64_t value)
{
    write_bytes(to, &value, sizeof value);
}

void write_blob(struct writer *to, const void *data, size_t size)
{
    if (size > UINT16_MAX) {
        to->ok = false;
        return;
    }
    write_u16(to, (uint16_t)size);
    write_bytes(to, data, size);
}

void close_files(struct reply *reply)
{
    for (size_t i = 0; i < reply->file_count; i++)
        close(reply->files[i]);
    reply->file_count = 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static SANE_Status status_of_errno(int error)
{
    if (error == EACCES || error == EPERM)
        return SANE_STATUS_ACCESS_DENIED;
    return error == EMFILE || error == ENFILE || error == ENOMEM ? SANE_STATUS_NO_MEM
                                                                 : SANE_STATUS_IO_ERROR;
}

static SANE_Status check_peer(int connection)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return SANE_STATUS_IO_ERROR;
    return peer.uid == geteuid() ? SANE_STATUS_GOOD : SANE_STATUS_ACCESS_DENIED;
}

SANE_Status connect_to(const char *path, int patience_ms, int *connection)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    /* The deadline of sends holds for connect, too, where the backlog is full. */
    struct timeval patience = {patience_ms / 1000, (patience_ms % 1000) * 1000};
    SANE_Status status;
    int new_socket;

    if (strlen(path) >= sizeof address.sun_path)
        return SANE_STATUS_INVAL;
    strcpy(address.sun_path, path);
    new_socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (new_socket < 0)
        return status_of_errno(errno);
    setsockopt(new_socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(new_socket, (struct sockaddr *)&address, sizeof address) != 0)
        status = status_of_errno(errno);
    else
        status = check_peer(new_socket);
    if (status != SANE_STATUS_GOOD) {
        close(new_socket);
        return status;
    }
    *connection = new_socket;
    return SANE_STATUS_GOOD;
}

SANE_Status send_request(int connection, const struct writer *request)
{
    ssize_t sent;
    if (!request->ok)
        return SANE_STATUS_INVAL;
    do
        sent = send(connection, request->data, request->size, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? SANE_STATUS_IO_ERROR : SANE_STATUS_GOOD;
}

void send_cancel(int connection)
{
    unsigned char request[sizeof(uint32_t) + 1] = {[sizeof(uint32_t)] = OP_CANCEL};
    int error = errno;
    /* A server that is gone, or does not listen, has nothing left to cancel. */
    if (send(connection, request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        errno = error;
}

static void keep_files(struct reply *reply, struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int file;
            memcpy(&file, CMSG_DATA(part) + i * sizeof file, sizeof file);
            if (reply->file_count < MAX_FILES)
                reply->files[reply->file_count++] = file;
            else
                close(file);
        }
    }
}

/* One packet that is there already; DEVICE_BUSY when there is none. */
static SANE_Status take_packet(int connection, struct reply *reply)
{
    union {
        struct cmsghdr align;
        unsigned char data[CMSG_SPACE(MAX_FILES * sizeof(int))];
    } control;
    struct iovec part = {reply->data, sizeof reply->data};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t size = recvmsg(connection, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    reply->file_count = 0;
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return SANE_STATUS_DEVICE_BUSY;
    if (size <= 0)
        return SANE_STATUS_IO_ERROR;
    keep_files(reply, &message);
    reply->body = (struct reader){reply->data, reply->data + size, true};
    reply->sequence = read_u32(&reply->body);
    reply->status = read_i32(&reply->body);
    if (reply->status < STATUS_PENDING || reply->status > LAST_STATUS)
        reply->body.ok = false;
    if (reply->body.ok && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0)
        return SANE_STATUS_GOOD;
    close_files(reply);
    return SANE_STATUS_IO_ERROR;
}

SANE_Status receive_reply(int connection, int wake, int patience_ms, struct reply *reply)
{
    int64_t deadline_ms = now_ms() + patience_ms;
    for (;;) {
        struct pollfd watched[2] = {{connection, POLLIN, 0}, {wake, POLLIN, 0}};
        int64_t rest_ms = deadline_ms - now_ms();
        int ready = poll(watched, 2, rest_ms > 0 ? (int)rest_ms : 0);
        if (ready < 0 && errno != EINTR)
            return SANE_STATUS_IO_ERROR;
        if (ready > 0 && watched[1].revents != 0)
            return SANE_STATUS_CANCELLED;
        if (ready > 0) {
            SANE_Status status = take_packet(connection, reply);
            if (status != SANE_STATUS_DEVICE_BUSY)
                return status;
        }
        if (ready <= 0 && now_ms() >= deadline_ms)
            return SANE_STATUS_DEVICE_BUSY;
    }
}
