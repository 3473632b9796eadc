/* The types of the SANE standard, version 1: as much of them as a backend needs. */
#ifndef SCANWRIGHT_SANE_TYPES_H
#define SCANWRIGHT_SANE_TYPES_H

#include <stdint.h>

typedef int32_t SANE_Word;
typedef SANE_Word SANE_Bool;
typedef SANE_Word SANE_Int;
typedef unsigned char SANE_Byte;
typedef char *SANE_String;
typedef const char *SANE_String_Const;
typedef void *SANE_Handle;

typedef enum {
    SANE_STATUS_GOOD = 0,
    SANE_STATUS_UNSUPPORTED = 1,
    SANE_STATUS_CANCELLED = 2,
    SANE_STATUS_DEVICE_BUSY = 3,
    SANE_STATUS_INVAL = 4,
    SANE_STATUS_EOF = 5,
    SANE_STATUS_NO_DOCS = 7,
    SANE_STATUS_IO_ERROR = 9,
    SANE_STATUS_NO_MEM = 10,
    SANE_STATUS_ACCESS_DENIED = 11,
    SANE_STATUS_HW_LOCKED = 13
} SANE_Status;

typedef enum {
    SANE_TYPE_BOOL,
    SANE_TYPE_INT,
    SANE_TYPE_FIXED,
    SANE_TYPE_STRING,
    SANE_TYPE_BUTTON,
    SANE_TYPE_GROUP
} SANE_Value_Type;

typedef enum {
    SANE_UNIT_NONE,
    SANE_UNIT_PIXEL,
    SANE_UNIT_BIT,
    SANE_UNIT_MM,
    SANE_UNIT_DPI,
    SANE_UNIT_PERCENT,
    SANE_UNIT_MICROSECOND
} SANE_Unit;

typedef enum {
    SANE_CONSTRAINT_NONE,
    SANE_CONSTRAINT_RANGE,
    SANE_CONSTRAINT_WORD_LIST,
    SANE_CONSTRAINT_STRING_LIST
} SANE_Constraint_Type;

typedef enum {
    SANE_ACTION_GET_VALUE,
    SANE_ACTION_SET_VALUE,
    SANE_ACTION_SET_AUTO
} SANE_Action;

typedef enum { SANE_FRAME_GRAY, SANE_FRAME_RGB } SANE_Frame;

enum { SANE_CAP_SOFT_SELECT = 1, SANE_CAP_SOFT_DETECT = 4, SANE_CAP_INACTIVE = 32 };

typedef struct {
    SANE_Word min, max, quant;
} SANE_Range;

typedef struct {
    SANE_String_Const name, title, desc;
    SANE_Value_Type type;
    SANE_Unit unit;
    SANE_Int size;
    SANE_Int cap;
    SANE_Constraint_Type constraint_type;
    union {
        const SANE_String_Const *string_list;
        const SANE_Word *word_list;
        const SANE_Range *range;
    } constraint;
} SANE_Option_Descriptor;

typedef struct {
    SANE_String_Const name, vendor, model, type;
} SANE_Device;

typedef struct {
    SANE_Frame format;
    SANE_Bool last_frame;
    SANE_Int bytes_per_line, pixels_per_line, lines, depth;
} SANE_Parameters;

typedef void (*SANE_Auth_Callback)(SANE_String_Const resource, char *name, char *password);

#endif
