/* libsane-scanwright: virtual scanners for everything that speaks SANE.
 *
 * Theory of operation. The scanners live in another process, the simulation; its socket
 * is named in scanwright.conf. Each open device is one connection, so that the death of a
 * program frees its device. Everything is asked of the server; what remains here is to
 * check its answers and to copy pixels out of the files that come with a page.
 *
 * A page:  START brings parameters, files, and how many bytes are granted by now.
 *          When these are used up, WAIT asks for more. Its answer is a higher number, or
 *          how the page ends. The last WAIT tells the server that all bytes were taken.
 *
 * While a page takes its time, the server says PENDING every few seconds: longer silence
 * than `patience` is an I/O error, whoever waits. sane_cancel ends a wait at once, from
 * another thread or a signal handler: it touches nothing but an atomic flag, an event
 * and the socket, and leaves tidying up to the next call.
 */
#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "options.h"
#include "page.h"

#ifndef SCANWRIGHT_SOURCES
#define SCANWRIGHT_SOURCES "unknown"
#endif

/* What this library was made of: how a stale one is known. */
__attribute__((used)) static const char made_of[] = SCANWRIGHT_SOURCES;

#define API(type) __attribute__((visibility("default"))) type

enum { VERSION_CODE = 1 << 24, DEFAULT_PATIENCE_MS = 15000, LONGEST_PATH = 4096 };

struct scanner {
    struct scanner *next;
    int connection;
    int cancel_event; /* readable from sane_cancel to the next sane_start */
    int data_event;   /* readable while sane_read has something to give */
    int select_set;   /* epoll of both and of the connection */
    atomic_bool is_cancelled;
    bool is_nonblocking;
    bool is_data_shown;
    uint32_t sequence;
    struct options options;
    struct page page;
    struct writer request;
    struct reply reply;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the four below */
static struct scanner *scanners;
static struct arena device_arena;
static char socket_path[LONGEST_PATH];
static int patience_ms;

/* Configuration. */

static void read_setting(char *line)
{
    char *value = line + strcspn(line, " \t\n");
    char *end;

    if (*value == '\0' || line[0] == '#')
        return;
    *value++ = '\0';
    value += strspn(value, " \t");
    end = value + strcspn(value, "\n");
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    if (strcmp(line, "socket") == 0)
        snprintf(socket_path, sizeof socket_path, "%s", value);
    else if (strcmp(line, "patience_ms") == 0 && atoi(value) > 0)
        patience_ms = atoi(value);
}

static bool read_configuration(const char *folder, int length)
{
    char path[LONGEST_PATH];
    char line[LONGEST_PATH];
    FILE *file;

    if (snprintf(path, sizeof path, "%.*s/scanwright.conf", length, folder) >=
        (int)sizeof path)
        return false;
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL)
        read_setting(line);
    fclose(file);
    return true;
}

/* SANE_CONFIG_DIR is a list of folders; an empty one means the system's. */
static void configure(void)
{
    const char *folders = getenv("SANE_CONFIG_DIR");
    bool is_found = false;

    socket_path[0] = '\0';
    patience_ms = DEFAULT_PATIENCE_MS;
    if (folders == NULL)
        folders = "";
    while (!is_found) {
        size_t length = strcspn(folders, ":");
        if (length == 0)
            is_found = read_configuration("/etc/sane.d", 11);
        else
            is_found = read_configuration(folders, (int)length);
        if (folders[length] == '\0')
            return;
        folders += length + 1;
    }
}

/* Events. */

static void set_event(int event)
{
    uint64_t one = 1;
    /* It can fail only where the event is set already. */
    if (write(event, &one, sizeof one) < 0)
        return;
}

static void clear_event(int event)
{
    uint64_t count;
    if (read(event, &count, sizeof count) < 0)
        return;
}

/* Keeps `data_event` in step with the page. */
static void show_data(struct scanner *scanner)
{
    const struct page *page = &scanner->page;
    bool has_data = page->is_open && (page->position < page->granted || page->is_over);
    if (has_data == scanner->is_data_shown)
        return;
    scanner->is_data_shown = has_data;
    if (has_data)
        set_event(scanner->data_event);
    else
        clear_event(scanner->data_event);
}

static bool watch(int set, int file)
{
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(set, EPOLL_CTL_ADD, file, &event) == 0;
}

static bool open_events(struct scanner *scanner)
{
    scanner->cancel_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    scanner->data_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    scanner->select_set = epoll_create1(EPOLL_CLOEXEC);
    return watch(scanner->select_set, scanner->connection) &&
           watch(scanner->select_set, scanner->cancel_event) &&
           watch(scanner->select_set, scanner->data_event);
}

static void close_if_open(int file)
{
    if (file >= 0)
        close(file);
}

/* Questions and answers. */

static uint32_t next_sequence(struct scanner *scanner)
{
    scanner->sequence++;
    if (scanner->sequence == 0) /* 0 is for what is not answered */
        scanner->sequence = 1;
    return scanner->sequence;
}

static void begin(struct scanner *scanner, enum operation operation)
{
    write_head(&scanner->request, next_sequence(scanner), operation);
}

/* Receives until `sequence` is answered. An answer to the page's WAIT may come first;
 * any other is late, and dropped. */
static SANE_Status receive(struct scanner *scanner, uint32_t sequence, int wake,
                           int wait_ms)
{
    struct reply *reply = &scanner->reply;
    for (;;) {
        SANE_Status status =
            receive_reply(scanner->connection, wake, wait_ms, reply);
        if (status != SANE_STATUS_GOOD)
            return status;
        if (reply->sequence == sequence && reply->status != STATUS_PENDING)
            return SANE_STATUS_GOOD;
        if (reply->sequence != sequence && reply->sequence != 0 &&
            reply->sequence == scanner->page.question) {
            page_answer(&scanner->page, reply);
            show_data(scanner);
        }
        close_files(reply);
    }
}

/* Sends the request that was begun, and returns the status that the server gave. */
static SANE_Status ask(struct scanner *scanner, int wake)
{
    SANE_Status status = send_request(scanner->connection, &scanner->request);
    if (status != SANE_STATUS_GOOD)
        return status;
    status = receive(scanner, scanner->sequence, wake, patience_ms);
    if (status == SANE_STATUS_DEVICE_BUSY) /* nothing came */
        return SANE_STATUS_IO_ERROR;
    if (status != SANE_STATUS_GOOD)
        return status;
    if (scanner->reply.status != SANE_STATUS_GOOD)
        close_files(&scanner->reply);
    return (SANE_Status)scanner->reply.status;
}

/* Devices that are there now. */

static bool read_devices(struct reader *from, const SANE_Device ***list)
{
    uint16_t count = read_u16(from);
    const SANE_Device **all = arena_take(&device_arena, (count + 1u) * sizeof *all);
    SANE_Device *devices = arena_take(&device_arena, (count + 1u) * sizeof *devices);

    if (all == NULL || devices == NULL)
        return false;
    for (size_t i = 0; i < count && from->ok; i++) {
        devices[i].name = read_string(from, &device_arena);
        devices[i].vendor = read_string(from, &device_arena);
        devices[i].model = read_string(from, &device_arena);
        devices[i].type = read_string(from, &device_arena);
        all[i] = &devices[i];
    }
    *list = all;
    return from->ok;
}

static SANE_Status ask_once(struct writer *request, struct reply *reply)
{
    int connection;
    SANE_Status status = connect_to(socket_path, patience_ms, &connection);
    if (status != SANE_STATUS_GOOD)
        return status;
    status = send_request(connection, request);
    if (status == SANE_STATUS_GOOD)
        status = receive_reply(connection, -1, patience_ms, reply);
    if (status == SANE_STATUS_GOOD) {
        close_files(reply);
        status = (SANE_Status)reply->status;
    } else if (status == SANE_STATUS_DEVICE_BUSY) {
        status = SANE_STATUS_IO_ERROR;
    }
    close(connection);
    return status;
}

static SANE_Status list_devices(const SANE_Device ***list)
{
    static const SANE_Device *none[] = {NULL};
    struct { struct writer request; struct reply reply; } *room;
    SANE_Status status;

    arena_free(&device_arena);
    *list = none;
    if (socket_path[0] == '\0')
        return SANE_STATUS_GOOD;
    room = malloc(sizeof *room);
    if (room == NULL)
        return SANE_STATUS_NO_MEM;
    write_head(&room->request, 1, OP_LIST);
    write_u16(&room->request, PROTOCOL_VERSION);
    status = ask_once(&room->request, &room->reply);
    if (status == SANE_STATUS_GOOD && !read_devices(&room->reply.body, list)) {
        *list = none;
        status = SANE_STATUS_IO_ERROR;
    }
    free(room);
    return status;
}

/* A device from open to close. */

static void free_scanner(struct scanner *scanner)
{
    page_close(&scanner->page);
    close_if_open(scanner->select_set);
    close_if_open(scanner->data_event);
    close_if_open(scanner->cancel_event);
    close_if_open(scanner->connection);
    arena_free(&scanner->options.arena);
    free(scanner);
}

static SANE_Status open_device(struct scanner *scanner, SANE_String_Const name)
{
    SANE_Status status =
        connect_to(socket_path, patience_ms, &scanner->connection);
    if (status != SANE_STATUS_GOOD)
        return status;
    if (!open_events(scanner))
        return SANE_STATUS_NO_MEM;
    begin(scanner, OP_OPEN);
    write_u16(&scanner->request, PROTOCOL_VERSION);
    write_blob(&scanner->request, name, strlen(name));
    status = ask(scanner, -1);
    if (status != SANE_STATUS_GOOD)
        return status;
    close_files(&scanner->reply);
    return read_options(&scanner->options, &scanner->reply.body) ? SANE_STATUS_GOOD
                                                                 : SANE_STATUS_IO_ERROR;
}

static void forget(const struct scanner *scanner)
{
    struct scanner **at = &scanners;
    while (*at != NULL && *at != scanner)
        at = &(*at)->next;
    if (*at != NULL)
        *at = scanner->next;
}

static void close_device(struct scanner *scanner)
{
    begin(scanner, OP_CLOSE);
    /* A server that does not hear it sees the connection end. */
    (void)send_request(scanner->connection, &scanner->request);
    free_scanner(scanner);
}

/* Options. */

static SANE_Status get_value(struct scanner *scanner, SANE_Int index, void *value)
{
    const SANE_Option_Descriptor *option = &scanner->options.all[index];
    const unsigned char *blob;
    size_t size;
    SANE_Status status;

    begin(scanner, OP_GET);
    write_u32(&scanner->request, (uint32_t)index);
    status = ask(scanner, -1);
    if (status != SANE_STATUS_GOOD)
        return status;
    close_files(&scanner->reply);
    blob = read_blob(&scanner->reply.body, &size);
    if (option->type == SANE_TYPE_STRING ? size >= (size_t)option->size
                                         : size != (size_t)option->size)
        return SANE_STATUS_IO_ERROR;
    memcpy(value, blob, size);
    if (option->type == SANE_TYPE_STRING)
        ((char *)value)[size] = '\0';
    return SANE_STATUS_GOOD;
}

static SANE_Status set_value(struct scanner *scanner, SANE_Int index, void *value,
                             SANE_Int *info)
{
    const SANE_Option_Descriptor *option = &scanner->options.all[index];
    bool is_text = option->type == SANE_TYPE_STRING;
    size_t size = (size_t)option->size;
    uint32_t news;
    const unsigned char *blob;
    SANE_Status status;

    begin(scanner, OP_SET);
    write_u32(&scanner->request, (uint32_t)index);
    write_blob(&scanner->request, value, is_text ? strnlen(value, size) : size);
    status = ask(scanner, -1);
    if (status != SANE_STATUS_GOOD)
        return status;
    close_files(&scanner->reply);
    news = read_u32(&scanner->reply.body);
    blob = read_blob(&scanner->reply.body, &size);
    if (is_text ? size >= (size_t)option->size : size != (size_t)option->size)
        return SANE_STATUS_IO_ERROR;
    memcpy(value, blob, size);
    if (is_text)
        ((char *)value)[size] = '\0';
    read_capabilities(&scanner->options, &scanner->reply.body);
    if (info != NULL)
        *info = (SANE_Int)news;
    return SANE_STATUS_GOOD;
}

/* Pages. */

static void ask_for_more(struct scanner *scanner)
{
    SANE_Status status;
    begin(scanner, OP_WAIT);
    write_u64(&scanner->request, scanner->page.position);
    scanner->page.question = scanner->sequence;
    status = send_request(scanner->connection, &scanner->request);
    if (status != SANE_STATUS_GOOD)
        page_end(&scanner->page, status);
}

/* Waits for the answer to WAIT; DEVICE_BUSY when there is none within `wait_ms`. */
static SANE_Status settle(struct scanner *scanner, int wait_ms)
{
    struct page *page = &scanner->page;
    SANE_Status status =
        receive(scanner, page->question, scanner->cancel_event, wait_ms);
    if (status != SANE_STATUS_GOOD)
        return status;
    page_answer(page, &scanner->reply);
    close_files(&scanner->reply);
    return SANE_STATUS_GOOD;
}

static SANE_Status wait_for_bytes(struct scanner *scanner)
{
    struct page *page = &scanner->page;
    SANE_Status status;

    if (page->question == 0) {
        ask_for_more(scanner);
        if (page->is_over)
            return SANE_STATUS_GOOD;
    }
    status = settle(scanner, scanner->is_nonblocking ? 0 : patience_ms);
    if (status == SANE_STATUS_DEVICE_BUSY && !scanner->is_nonblocking) {
        page_end(page, SANE_STATUS_IO_ERROR);
        return SANE_STATUS_GOOD;
    }
    if (status != SANE_STATUS_GOOD && status != SANE_STATUS_DEVICE_BUSY &&
        status != SANE_STATUS_CANCELLED) {
        page_end(page, status);
        return SANE_STATUS_GOOD;
    }
    return status;
}

static SANE_Status read_page(struct scanner *scanner, SANE_Byte *data, SANE_Int size,
                             SANE_Int *length)
{
    struct page *page = &scanner->page;
    while (!atomic_load(&scanner->is_cancelled)) {
        if (page->position < page->granted) {
            *length = (SANE_Int)page_copy(page, data, (size_t)size);
            if (page->position == page->granted && !page->is_over)
                ask_for_more(scanner);
            if (*length > 0)
                return SANE_STATUS_GOOD;
        } else if (page->is_over) {
            return page->final;
        } else if (wait_for_bytes(scanner) == SANE_STATUS_DEVICE_BUSY) {
            return SANE_STATUS_GOOD;
        }
    }
    return SANE_STATUS_CANCELLED;
}

/* A frontend that counts may never have asked for the EOF of the page before. */
static bool is_between_pages(struct scanner *scanner)
{
    struct page *page = &scanner->page;
    if (!page->is_open || page->is_over || atomic_load(&scanner->is_cancelled))
        return true;
    if (page->position < page->total)
        return false;
    while (page->question != 0 && settle(scanner, patience_ms) == SANE_STATUS_GOOD)
        continue;
    return true;
}

static SANE_Status start_page(struct scanner *scanner)
{
    SANE_Status status;
    bool is_sound;

    begin(scanner, OP_START);
    status = ask(scanner, scanner->cancel_event);
    if (atomic_load(&scanner->is_cancelled)) {
        if (status == SANE_STATUS_GOOD)
            close_files(&scanner->reply);
        return SANE_STATUS_CANCELLED;
    }
    if (status != SANE_STATUS_GOOD)
        return status;
    is_sound = page_open(&scanner->page, &scanner->reply);
    close_files(&scanner->reply);
    if (!is_sound) {
        page_close(&scanner->page);
        return SANE_STATUS_IO_ERROR;
    }
    return SANE_STATUS_GOOD;
}

/* What libsane's dll calls. */

API(SANE_Status) sane_scanwright_init(SANE_Int *version, SANE_Auth_Callback authorize)
{
    (void)authorize;
    pthread_mutex_lock(&lock);
    configure();
    pthread_mutex_unlock(&lock);
    if (version != NULL)
        *version = VERSION_CODE;
    return SANE_STATUS_GOOD;
}

API(void) sane_scanwright_exit(void)
{
    pthread_mutex_lock(&lock);
    while (scanners != NULL) {
        struct scanner *scanner = scanners;
        scanners = scanner->next;
        close_device(scanner);
    }
    arena_free(&device_arena);
    pthread_mutex_unlock(&lock);
}

API(SANE_Status) sane_scanwright_get_devices(const SANE_Device ***list, SANE_Bool is_local)
{
    SANE_Status status;
    (void)is_local; /* all of them are */
    if (list == NULL)
        return SANE_STATUS_INVAL;
    pthread_mutex_lock(&lock);
    status = list_devices(list);
    pthread_mutex_unlock(&lock);
    return status;
}

API(SANE_Status) sane_scanwright_open(SANE_String_Const name, SANE_Handle *handle)
{
    struct scanner *scanner;
    SANE_Status status;

    if (name == NULL || handle == NULL || socket_path[0] == '\0')
        return SANE_STATUS_INVAL;
    scanner = calloc(1, sizeof *scanner);
    if (scanner == NULL)
        return SANE_STATUS_NO_MEM;
    scanner->connection = scanner->cancel_event = -1;
    scanner->data_event = scanner->select_set = -1;
    status = open_device(scanner, name);
    if (status != SANE_STATUS_GOOD) {
        free_scanner(scanner);
        return status;
    }
    pthread_mutex_lock(&lock);
    scanner->next = scanners;
    scanners = scanner;
    pthread_mutex_unlock(&lock);
    *handle = scanner;
    return SANE_STATUS_GOOD;
}

API(void) sane_scanwright_close(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    if (scanner == NULL)
        return;
    pthread_mutex_lock(&lock);
    forget(scanner);
    pthread_mutex_unlock(&lock);
    close_device(scanner);
}

API(const SANE_Option_Descriptor *)
sane_scanwright_get_option_descriptor(SANE_Handle handle, SANE_Int index)
{
    const struct scanner *scanner = handle;
    if (scanner == NULL || index < 0 || index >= scanner->options.count)
        return NULL;
    return &scanner->options.all[index];
}

API(SANE_Status) sane_scanwright_control_option(SANE_Handle handle, SANE_Int index,
                                                SANE_Action action, void *value,
                                                SANE_Int *info)
{
    struct scanner *scanner = handle;
    const SANE_Option_Descriptor *option =
        sane_scanwright_get_option_descriptor(handle, index);

    if (info != NULL)
        *info = 0;
    if (option == NULL || value == NULL || option->size == 0 ||
        (option->cap & SANE_CAP_INACTIVE) != 0)
        return SANE_STATUS_INVAL;
    if (action == SANE_ACTION_GET_VALUE && (option->cap & SANE_CAP_SOFT_DETECT) != 0)
        return get_value(scanner, index, value);
    if (action == SANE_ACTION_SET_VALUE && (option->cap & SANE_CAP_SOFT_SELECT) != 0)
        return set_value(scanner, index, value, info);
    return SANE_STATUS_INVAL;
}

API(SANE_Status) sane_scanwright_get_parameters(SANE_Handle handle,
                                                SANE_Parameters *parameters)
{
    struct scanner *scanner = handle;
    SANE_Status status;

    if (scanner == NULL || parameters == NULL)
        return SANE_STATUS_INVAL;
    if (scanner->page.is_open && !scanner->page.is_over &&
        !atomic_load(&scanner->is_cancelled)) {
        *parameters = scanner->page.parameters;
        return SANE_STATUS_GOOD;
    }
    begin(scanner, OP_PARAMETERS);
    status = ask(scanner, -1);
    if (status != SANE_STATUS_GOOD)
        return status;
    close_files(&scanner->reply);
    *parameters = read_parameters(&scanner->reply.body);
    return scanner->reply.body.ok ? SANE_STATUS_GOOD : SANE_STATUS_IO_ERROR;
}

API(SANE_Status) sane_scanwright_start(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    SANE_Status status;

    if (scanner == NULL || !is_between_pages(scanner))
        return SANE_STATUS_INVAL;
    page_close(&scanner->page);
    clear_event(scanner->cancel_event);
    atomic_store(&scanner->is_cancelled, false);
    scanner->is_nonblocking = false;
    status = start_page(scanner);
    show_data(scanner);
    return status;
}

API(SANE_Status) sane_scanwright_read(SANE_Handle handle, SANE_Byte *data,
                                      SANE_Int max_length, SANE_Int *length)
{
    struct scanner *scanner = handle;
    SANE_Status status;

    if (length != NULL)
        *length = 0;
    if (scanner == NULL || data == NULL || length == NULL || max_length <= 0)
        return SANE_STATUS_INVAL;
    if (atomic_load(&scanner->is_cancelled))
        return SANE_STATUS_CANCELLED;
    if (!scanner->page.is_open)
        return SANE_STATUS_INVAL;
    status = read_page(scanner, data, max_length, length);
    show_data(scanner);
    return status;
}

API(void) sane_scanwright_cancel(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    if (scanner == NULL)
        return;
    atomic_store(&scanner->is_cancelled, true);
    set_event(scanner->cancel_event);
    send_cancel(scanner->connection);
}

API(SANE_Status) sane_scanwright_set_io_mode(SANE_Handle handle, SANE_Bool is_nonblocking)
{
    struct scanner *scanner = handle;
    if (scanner == NULL || !scanner->page.is_open)
        return SANE_STATUS_INVAL;
    scanner->is_nonblocking = is_nonblocking != 0;
    return SANE_STATUS_GOOD;
}

API(SANE_Status) sane_scanwright_get_select_fd(SANE_Handle handle, SANE_Int *file)
{
    const struct scanner *scanner = handle;
    if (scanner == NULL || file == NULL || !scanner->page.is_open)
        return SANE_STATUS_INVAL;
    *file = scanner->select_set;
    return SANE_STATUS_GOOD;
}
