/* The options of an open device, as its server described them. */
#ifndef SCANWRIGHT_OPTIONS_H
#define SCANWRIGHT_OPTIONS_H

#include "wire.h"

enum { MAX_OPTIONS = 256, MAX_VALUE = 4096 };

struct options {
    SANE_Option_Descriptor *all;
    SANE_Int count;
    struct arena arena;
};

/* False when the frame describes what no frontend could bear. */
bool read_options(struct options *options, struct reader *from);
/* Capabilities are all that changes while a device is open. */
void read_capabilities(struct options *options, struct reader *from);

#endif
