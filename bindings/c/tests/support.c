#include "support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int checks, failures;

void check(int truth, const char *what, const char *file, int line)
{
    checks++;
    if (!truth) {
        failures++;
        printf("FAILED: %s:%d: %s\n", file, line, what);
    }
}

void check_text(const char *got, const char *expected, const char *file, int line)
{
    checks++;
    if (strcmp(got, expected) != 0) {
        failures++;
        printf("FAILED: %s:%d: \"%.300s\" in place of \"%.300s\"\n", file, line, got, expected);
    }
}

int finish(const char *name)
{
    printf("%s: %d checks, %d failed\n", name, checks, failures);
    return failures > 0 || checks == 0;
}

void *allocate(size_t length)
{
    void *memory = malloc(length > 0 ? length : 1);
    if (!memory) {
        fprintf(stderr, "out of memory\n");
        exit(2);
    }
    return memory;
}

struct span read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct span text = {NULL, 0};
    if (!file || fseek(file, 0, SEEK_END) != 0 || ftell(file) < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    text.length = (size_t)ftell(file);
    text.start = allocate(text.length + 1);
    rewind(file);
    if (fread(text.start, 1, text.length, file) != text.length)
        exit(2);
    text.start[text.length] = 0;
    fclose(file);
    return text;
}

struct span field(cognito_srp_handle object, int32_t which)
{
    struct span value = {NULL, 0};
    CHECK(cognito_srp_read(object, which, NULL, 0, &value.length) == COGNITO_SRP_STATUS_OK);
    size_t capacity = value.length + 1;
    value.start = allocate(capacity);
    value.start[0] = 0;
    CHECK(cognito_srp_read(object, which, value.start, capacity, &value.length) == COGNITO_SRP_STATUS_OK);
    return value;
}

struct span take(cognito_srp_handle object, int32_t which)
{
    struct span value = field(object, which);
    CHECK(cognito_srp_free(object) == COGNITO_SRP_STATUS_OK);
    return value;
}

static const char *skip_space(const char *at)
{
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

/* Where a value ends that begins here. */
static const char *skip_value(const char *at)
{
    int depth = 0;
    do {
        if (*at == '"') {
            for (at++; *at != '"'; at++)
                at += *at == '\\';
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            depth--;
        } else if (depth == 0) {
            return at + strcspn(at, ",]} \t\r\n");
        }
        at++;
    } while (depth > 0);
    return at;
}

struct json json_of(const char *text, size_t length)
{
    (void)length; /* a NUL follows */
    struct json value = {skip_space(text), 0};
    value.length = (size_t)(skip_value(value.start) - value.start);
    return value;
}

static struct json none(void)
{
    struct json value = {NULL, 0};
    return value;
}

/* The value that begins behind this, or none where the object or the array ends. */
static struct json value_behind(const char *at)
{
    at = skip_space(at);
    return *at == ']' || *at == '}' ? none() : json_of(at, 0);
}

struct json json_first(struct json array)
{
    return array.start && *array.start == '[' ? value_behind(array.start + 1) : none();
}

struct json json_after(struct json array, struct json item)
{
    const char *at = skip_space(item.start + item.length);
    (void)array;
    return *at == ',' ? value_behind(at + 1) : none();
}

struct json json_member(struct json object, const char *name)
{
    if (!object.start || *object.start != '{')
        return none();
    struct json key = value_behind(object.start + 1);
    while (key.start) {
        const char *colon = skip_space(key.start + key.length);
        struct json value = value_behind(colon + 1);
        if (key.length == strlen(name) + 2 && memcmp(key.start + 1, name, strlen(name)) == 0)
            return value;
        key = json_after(object, value);
    }
    return none();
}

static unsigned long code_unit(const char *digits)
{
    unsigned long unit = 0;
    for (int i = 0; i < 4; i++)
        unit = unit << 4 | (unsigned long)digit(digits[i]);
    return unit;
}

static char *put_utf8(char *out, unsigned long c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xe0 | c >> 12);
        } else {
            *out++ = (char)(0xf0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (c & 0x3f));
    return out;
}

struct span json_text(struct json string)
{
    struct span text = {allocate(string.length + 1), 0};
    char *out = text.start;
    if (string.start && *string.start == '"') {
        const char *end = string.start + string.length - 1;
        for (const char *at = string.start + 1; at < end; at++) {
            if (*at != '\\') {
                *out++ = *at;
                continue;
            }
            const char *found = strchr("\"\"\\\\//b\bf\fn\nr\rt\t", *++at);
            if (*at != 'u') {
                *out++ = found[1];
                continue;
            }
            unsigned long c = code_unit(at + 1);
            at += 4;
            if (c >= 0xd800 && c < 0xdc00 && at[1] == '\\' && at[2] == 'u') {
                c = 0x10000 + ((c & 0x3ff) << 10) + (code_unit(at + 3) & 0x3ff);
                at += 6;
            }
            out = put_utf8(out, c);
        }
    }
    *out = 0;
    text.length = (size_t)(out - text.start);
    return text;
}

int64_t json_integer(struct json number)
{
    return number.start ? (int64_t)strtoll(number.start, NULL, 10) : 0;
}

int digit(char hex)
{
    if (hex >= '0' && hex <= '9')
        return hex - '0';
    hex = (char)tolower((unsigned char)hex);
    return hex >= 'a' && hex <= 'f' ? hex - 'a' + 10 : -1;
}

struct span from_hex(const char *digits, size_t length)
{
    struct span bytes = {allocate(length / 2 + 2), 0};
    int carry = 0;
    for (size_t i = 0; i < length; i++) {
        int value = digit(digits[i]);
        if (value < 0) {
            fprintf(stderr, "not hex\n");
            exit(2);
        }
        carry = carry << 4 | value;
        if ((length - i) % 2 == 1) {
            bytes.start[bytes.length++] = (char)carry;
            carry = 0;
        }
    }
    bytes.start[bytes.length] = 0;
    return bytes;
}
