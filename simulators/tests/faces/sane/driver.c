/* A frontend that calls everything, believes what it is told, and repeats it.
 *
 *   driver DEVICE ROUNDS
 *
 * It prints how often each status came. Under the sanitizers it dies of the first byte
 * that is not its own.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sane_types.h"

extern SANE_Status sane_scanwright_init(SANE_Int *, SANE_Auth_Callback);
extern void sane_scanwright_exit(void);
extern SANE_Status sane_scanwright_get_devices(const SANE_Device ***, SANE_Bool);
extern SANE_Status sane_scanwright_open(SANE_String_Const, SANE_Handle *);
extern void sane_scanwright_close(SANE_Handle);
extern const SANE_Option_Descriptor *sane_scanwright_get_option_descriptor(SANE_Handle,
                                                                          SANE_Int);
extern SANE_Status sane_scanwright_control_option(SANE_Handle, SANE_Int, SANE_Action,
                                                  void *, SANE_Int *);
extern SANE_Status sane_scanwright_get_parameters(SANE_Handle, SANE_Parameters *);
extern SANE_Status sane_scanwright_start(SANE_Handle);
extern SANE_Status sane_scanwright_read(SANE_Handle, SANE_Byte *, SANE_Int, SANE_Int *);
extern void sane_scanwright_cancel(SANE_Handle);
extern SANE_Status sane_scanwright_set_io_mode(SANE_Handle, SANE_Bool);
extern SANE_Status sane_scanwright_get_select_fd(SANE_Handle, SANE_Int *);

enum { CHUNK = 1000, MOST_READS = 60, PATIENCE_MS = 50 };

static unsigned long counts[16];
static unsigned long sum;

static SANE_Status count(SANE_Status status)
{
    counts[(unsigned)status & 15]++;
    return status;
}

static void touch(const char *text)
{
    sum += text != NULL ? strlen(text) : 0;
}

static void list(void)
{
    const SANE_Device **devices = NULL;
    count(sane_scanwright_get_devices(&devices, 0));
    for (size_t i = 0; devices != NULL && devices[i] != NULL; i++) {
        touch(devices[i]->name);
        touch(devices[i]->vendor);
        touch(devices[i]->model);
        touch(devices[i]->type);
    }
}

static void walk_constraint(const SANE_Option_Descriptor *option)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE)
        sum += (unsigned long)option->constraint.range->max;
    if (option->constraint_type == SANE_CONSTRAINT_WORD_LIST)
        for (SANE_Word i = 1; i <= option->constraint.word_list[0]; i++)
            sum += (unsigned long)option->constraint.word_list[i];
    if (option->constraint_type == SANE_CONSTRAINT_STRING_LIST)
        for (size_t i = 0; option->constraint.string_list[i] != NULL; i++)
            touch(option->constraint.string_list[i]);
}

static void walk_options(SANE_Handle handle)
{
    const SANE_Option_Descriptor *option;
    for (SANE_Int i = 0;
         (option = sane_scanwright_get_option_descriptor(handle, i)) != NULL; i++) {
        char *value = calloc(1, (size_t)option->size + 1);
        SANE_Int info;
        touch(option->name);
        touch(option->title);
        touch(option->desc);
        walk_constraint(option);
        count(sane_scanwright_control_option(handle, i, SANE_ACTION_GET_VALUE, value, NULL));
        count(
            sane_scanwright_control_option(handle, i, SANE_ACTION_SET_VALUE, value, &info));
        count(sane_scanwright_control_option(handle, i, SANE_ACTION_SET_AUTO, value, &info));
        free(value);
    }
}

static void scan(SANE_Handle handle, SANE_Bool is_nonblocking)
{
    SANE_Parameters parameters;
    SANE_Int got, file = -1;

    count(sane_scanwright_get_parameters(handle, &parameters));
    if (count(sane_scanwright_start(handle)) == SANE_STATUS_GOOD)
        count(sane_scanwright_get_parameters(handle, &parameters));
    sane_scanwright_set_io_mode(handle, is_nonblocking);
    sane_scanwright_get_select_fd(handle, &file);
    for (int i = 0; i < MOST_READS; i++) {
        struct pollfd ready = {file, POLLIN, 0};
        SANE_Byte *data = malloc(CHUNK);
        if (is_nonblocking)
            poll(&ready, 1, PATIENCE_MS);
        SANE_Status status = count(sane_scanwright_read(handle, data, CHUNK, &got));
        for (SANE_Int at = 0; at < got; at++)
            sum += data[at];
        free(data);
        if (status != SANE_STATUS_GOOD)
            break;
    }
    sane_scanwright_cancel(handle);
    count(sane_scanwright_read(handle, (SANE_Byte[1]){0}, 1, &got));
}

int main(int count_of_arguments, char **arguments)
{
    long rounds = count_of_arguments > 2 ? atol(arguments[2]) : 1;
    for (long i = 0; i < rounds; i++) {
        SANE_Handle handle;
        sane_scanwright_init(NULL, NULL);
        list();
        if (count(sane_scanwright_open(arguments[1], &handle)) == SANE_STATUS_GOOD) {
            walk_options(handle);
            scan(handle, 0);
            scan(handle, 1);
            if (i % 2 == 0)
                sane_scanwright_close(handle);
        }
        sane_scanwright_exit();
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        printf("%lu ", counts[i]);
    return sum == 1; /* whatever it is, it was read */
}
