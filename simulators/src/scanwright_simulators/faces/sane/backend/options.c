/* Descriptors out of a frame, checked: a frontend believes every word of them. */
#include "options.h"

#include <string.h>

static bool is_size_sound(const SANE_Option_Descriptor *option)
{
    switch (option->type) {
    case SANE_TYPE_BOOL:
        return option->size == sizeof(SANE_Word);
    case SANE_TYPE_INT:
    case SANE_TYPE_FIXED:
        return option->size > 0 && option->size <= MAX_VALUE &&
               option->size % (SANE_Int)sizeof(SANE_Word) == 0;
    case SANE_TYPE_STRING:
        return option->size > 0 && option->size <= MAX_VALUE;
    case SANE_TYPE_BUTTON:
    case SANE_TYPE_GROUP:
        return option->size == 0;
    }
    return false;
}

static const SANE_Range *read_range(struct reader *from, struct arena *arena)
{
    SANE_Range *range = arena_take(arena, sizeof *range);
    if (range != NULL)
        read_bytes(from, range, sizeof *range);
    return range;
}

/* Word lists begin with their length, string lists end with NULL. */
static const SANE_Word *read_words(struct reader *from, struct arena *arena)
{
    uint16_t count = read_u16(from);
    SANE_Word *words = arena_take(arena, (count + 1u) * sizeof *words);
    if (words == NULL)
        return NULL;
    words[0] = count;
    for (size_t i = 1; i <= count; i++)
        words[i] = read_i32(from);
    return words;
}

static const SANE_String_Const *read_strings(struct reader *from, struct arena *arena,
                                             SANE_Int size)
{
    uint16_t count = read_u16(from);
    SANE_String_Const *strings = arena_take(arena, (count + 1u) * sizeof *strings);
    if (strings == NULL)
        return NULL;
    for (size_t i = 0; i < count && from->ok; i++) {
        strings[i] = read_string(from, arena);
        if (strings[i] == NULL || strlen(strings[i]) >= (size_t)size)
            from->ok = false;
    }
    return strings;
}

static bool read_constraint(struct reader *from, struct arena *arena,
                            SANE_Option_Descriptor *option)
{
    bool is_text = option->type == SANE_TYPE_STRING;
    bool is_number = option->type == SANE_TYPE_INT || option->type == SANE_TYPE_FIXED;

    switch (option->constraint_type) {
    case SANE_CONSTRAINT_NONE:
        return true;
    case SANE_CONSTRAINT_RANGE:
        option->constraint.range = read_range(from, arena);
        return is_number && option->constraint.range != NULL;
    case SANE_CONSTRAINT_WORD_LIST:
        option->constraint.word_list = read_words(from, arena);
        return is_number && option->constraint.word_list != NULL;
    case SANE_CONSTRAINT_STRING_LIST:
        option->constraint.string_list = read_strings(from, arena, option->size);
        return is_text && option->constraint.string_list != NULL;
    }
    return false;
}

static bool read_option(struct reader *from, struct arena *arena,
                        SANE_Option_Descriptor *option)
{
    option->name = read_string(from, arena);
    option->title = read_string(from, arena);
    option->desc = read_string(from, arena);
    option->type = (SANE_Value_Type)read_u8(from);
    option->unit = (SANE_Unit)read_u8(from);
    option->size = read_i32(from);
    option->cap = read_i32(from);
    option->constraint_type = (SANE_Constraint_Type)read_u8(from);
    return from->ok && option->unit <= SANE_UNIT_MICROSECOND && is_size_sound(option) &&
           read_constraint(from, arena, option) && from->ok;
}

bool read_options(struct options *options, struct reader *from)
{
    uint16_t count = read_u16(from);
    if (!from->ok || count == 0 || count > MAX_OPTIONS)
        return false;
    options->all = arena_take(&options->arena, count * sizeof *options->all);
    if (options->all == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_option(from, &options->arena, &options->all[i]))
            return false;
    options->count = count;
    return true;
}

void read_capabilities(struct options *options, struct reader *from)
{
    uint16_t count = read_u16(from);
    for (SANE_Int i = 0; i < options->count && i < count; i++) {
        SANE_Int cap = read_i32(from);
        if (from->ok)
            options->all[i].cap = cap;
    }
}
