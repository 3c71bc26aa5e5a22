/* What the tests have in common: checks, fields of objects, and as much of JSON and hex as their inputs need. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "cognito_srp.h"

/* Both count; a check that fails says so, and the program goes on to `finish`. */
#define CHECK(truth) check((truth) ? 1 : 0, #truth, __FILE__, __LINE__)
#define CHECK_TEXT(got, expected) check_text(got, expected, __FILE__, __LINE__)
void check(int truth, const char *what, const char *file, int line);
void check_text(const char *got, const char *expected, const char *file, int line);

/* Prints how many checks there were; the status for `main` to return. */
int finish(const char *name);

/* Text or bytes of the caller's, with a NUL behind them. */
struct span {
    char *start;
    size_t length;
};

/* malloc, or the end of the program. */
void *allocate(size_t length);
struct span read_file(const char *path);

/* A copy of a field of an object; fails a check where there is none. The caller's to free. */
struct span field(cognito_srp_handle object, int32_t which);
/* The same of an object that is freed. */
struct span take(cognito_srp_handle object, int32_t which);

/* A JSON value in a text that is known to be well-formed. `start` is NULL where there is none. */
struct json {
    const char *start;
    size_t length;
};
struct json json_of(const char *text, size_t length);
struct json json_member(struct json object, const char *name);
/* The first item of an array, or the one after `item`. */
struct json json_first(struct json array);
struct json json_after(struct json array, struct json item);
/* A string without its quotation marks and escapes. The caller's to free. */
struct span json_text(struct json string);
int64_t json_integer(struct json number);

/* The value of a hex digit, or -1. */
int digit(char hex);
/* Bytes of digits, of which there may be an odd number. The caller's to free. */
struct span from_hex(const char *digits, size_t length);

#endif
