/* The vector driver: a line is an operation and its arguments in hex, and is answered with a line. `bindings/vectors.py` asks. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "support.h"

#define ARGUMENTS 8

/* An argument: NULL is absent. */
#define TEXT(i) arguments[i].start, arguments[i].length
#define BYTES(i) (const uint8_t *)arguments[i].start, arguments[i].length

static void answer_with(const struct span *result)
{
    static const char digits[] = "0123456789abcdef";
    fputs("ok\t", stdout);
    for (size_t i = 0; i < result->length; i++) {
        unsigned char byte = (unsigned char)result->start[i];
        putchar(digits[byte >> 4]);
        putchar(digits[byte & 15]);
    }
    putchar('\n');
}

static const char *kind_of(enum cognito_srp_status status)
{
    switch (status) {
    case COGNITO_SRP_STATUS_ARGUMENT:
        return "Argument";
    case COGNITO_SRP_STATUS_REPLY:
        return "Reply";
    case COGNITO_SRP_STATUS_REFUSED:
        return "Refused";
    case COGNITO_SRP_STATUS_DEVICE_REFUSED:
        return "DeviceRefused";
    case COGNITO_SRP_STATUS_MACHINE:
        return "Machine";
    default:
        return "other";
    }
}

static void answer_error(enum cognito_srp_status status, cognito_srp_handle error)
{
    struct span parameter = take(error, COGNITO_SRP_FIELD_PARAMETER);
    printf("error\t%s\t%s\n", kind_of(status), parameter.length > 0 ? parameter.start : "-");
    free(parameter.start);
}

static void append(struct span *text, const char *more, size_t length)
{
    char *longer = realloc(text->start, text->length + length + 1);
    if (!longer)
        exit(2);
    memcpy(longer + text->length, more, length);
    text->start = longer;
    text->length += length;
}

/* Either an error or a VALUE. */
static void answer_value(enum cognito_srp_status status, cognito_srp_handle result)
{
    if (status != COGNITO_SRP_STATUS_OK) {
        answer_error(status, result);
        return;
    }
    struct span value = take(result, COGNITO_SRP_FIELD_VALUE);
    answer_with(&value);
    free(value.start);
}

/* SRP_A and the claim of a login that was begun. */
static void claim(enum cognito_srp_status status, cognito_srp_handle login, const struct span *challenge,
                  const struct span *password, int64_t now)
{
    cognito_srp_handle result;
    if (status != COGNITO_SRP_STATUS_OK) {
        answer_error(status, login);
        return;
    }
    CHECK(cognito_srp_login_srp_a(login, &result) == COGNITO_SRP_STATUS_OK);
    struct span both = take(result, COGNITO_SRP_FIELD_VALUE);
    status = cognito_srp_login_claim(login, challenge->start, challenge->length, password->start, password->length, now,
                                     &result);
    if (status == COGNITO_SRP_STATUS_OK) {
        struct span body = take(result, COGNITO_SRP_FIELD_VALUE);
        append(&both, "\n", 1);
        append(&both, body.start, body.length);
        answer_with(&both);
        free(body.start);
    } else {
        answer_error(status, result);
    }
    free(both.start);
    CHECK(cognito_srp_free(login) == COGNITO_SRP_STATUS_OK);
}

static void append_step(struct span *lines, cognito_srp_handle step)
{
    static const char *const kinds[] = {"none", "send", "ask", "done"};
    const char *kind = kinds[cognito_srp_step_kind(step)];
    struct span name = field(step, COGNITO_SRP_FIELD_NAME), json = take(step, COGNITO_SRP_FIELD_JSON);
    append(lines, kind, strlen(kind));
    append(lines, "\t", 1);
    append(lines, name.start, name.length);
    append(lines, "\t", 1);
    append(lines, json.start, json.length);
    append(lines, "\n", 1);
    free(name.start);
    free(json.start);
}

/* What the sign-in is told: ["handle", body, now], ["refused", body], ["answer", text, attributes or null, now] or
 * ["device", device or null], after which there is no step. */
static enum cognito_srp_status tell(cognito_srp_handle sign_in, struct json told, cognito_srp_handle *step)
{
    struct json first = json_first(told), second = json_after(told, first), third = json_after(told, second);
    struct span how = json_text(first);
    enum cognito_srp_status status;
    if (strcmp(how.start, "handle") == 0) {
        status = cognito_srp_sign_in_handle(sign_in, second.start, second.length, json_integer(third), step);
    } else if (strcmp(how.start, "refused") == 0) {
        status = cognito_srp_sign_in_refused(sign_in, second.start, second.length, step);
    } else if (strcmp(how.start, "device") == 0) {
        int given = *second.start == '{';
        status = cognito_srp_sign_in_set_device(sign_in, given ? second.start : NULL, given ? second.length : 0, step);
    } else {
        struct span answer = json_text(second);
        int given = *third.start == '{';
        status = cognito_srp_sign_in_answer(sign_in, answer.start, answer.length, given ? third.start : NULL,
                                            given ? third.length : 0, json_integer(json_after(told, third)), step);
        free(answer.start);
    }
    free(how.start);
    return status;
}

static void conversation(const struct span *options, const struct span *replies)
{
    cognito_srp_handle sign_in, step;
    enum cognito_srp_status status = cognito_srp_sign_in_new(options->start, options->length, &sign_in);
    if (status != COGNITO_SRP_STATUS_OK) {
        answer_error(status, sign_in);
        return;
    }
    struct span lines = {allocate(1), 0};
    struct json all = json_of(replies->start, replies->length), told = json_first(all);
    status = cognito_srp_sign_in_start(sign_in, &step);
    while (status == COGNITO_SRP_STATUS_OK) {
        if (step)
            append_step(&lines, step);
        if (!told.start)
            break;
        status = tell(sign_in, told, &step);
        told = json_after(all, told);
    }
    if (status == COGNITO_SRP_STATUS_OK)
        answer_with(&lines);
    else
        answer_error(status, step);
    free(lines.start);
    CHECK(cognito_srp_free(sign_in) == COGNITO_SRP_STATUS_OK);
}

static void answer(const char *operation, const struct span *arguments)
{
    cognito_srp_handle result;
    enum cognito_srp_status status;
    if (strcmp(operation, "password_claim") == 0) {
        status = cognito_srp_password_login_new(TEXT(0), BYTES(1), &result);
        claim(status, result, &arguments[2], &arguments[3], strtoll(arguments[4].start, NULL, 10));
        return;
    }
    if (strcmp(operation, "device_claim") == 0) {
        struct span none = {NULL, 0};
        status = cognito_srp_device_login_new(TEXT(0), BYTES(1), &result);
        claim(status, result, &arguments[2], &none, strtoll(arguments[3].start, NULL, 10));
        return;
    }
    if (strcmp(operation, "conversation") == 0) {
        conversation(&arguments[0], &arguments[1]);
        return;
    }
    if (strcmp(operation, "device_verifier") == 0)
        status = cognito_srp_device_verifier(TEXT(0), TEXT(1), TEXT(2), BYTES(3), &result);
    else if (strcmp(operation, "secret_hash") == 0)
        status = cognito_srp_secret_hash(TEXT(0), TEXT(1), TEXT(2), &result);
    else if (strcmp(operation, "modpow") == 0)
        status = cognito_srp_modpow(BYTES(0), BYTES(1), &result);
    else if (strcmp(operation, "compute_s") == 0)
        status = cognito_srp_compute_s(BYTES(0), BYTES(1), BYTES(2), BYTES(3), &result);
    else if (strcmp(operation, "claim_key") == 0)
        status = cognito_srp_claim_key(BYTES(0), BYTES(1), BYTES(2), TEXT(3), TEXT(4), TEXT(5), &result);
    else
        exit(2);
    answer_value(status, result);
}

/* In place, as digits are longer; with a NUL behind. Of the time, which is no hex, the digits stay. */
static void decode(struct span *argument)
{
    size_t length = argument->length / 2;
    for (size_t i = 0; i < length; i++)
        argument->start[i] = (char)(digit(argument->start[2 * i]) << 4 | digit(argument->start[2 * i + 1]));
    argument->start[length] = 0;
    argument->length = length;
}

static int is_time(const char *operation, int i)
{
    return (strcmp(operation, "password_claim") == 0 && i == 4) || (strcmp(operation, "device_claim") == 0 && i == 3);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        struct span arguments[ARGUMENTS] = {{NULL, 0}};
        if (line[length - 1] == '\n')
            line[length - 1] = 0;
        char *tab = strchr(line, '\t');
        for (int i = 0; i < ARGUMENTS && tab; i++) {
            *tab = 0;
            arguments[i].start = tab + 1;
            tab = strchr(tab + 1, '\t');
            arguments[i].length = tab ? (size_t)(tab - arguments[i].start) : strlen(arguments[i].start);
        }
        for (int i = 0; i < ARGUMENTS && arguments[i].start; i++) {
            arguments[i].start[arguments[i].length] = 0;
            if (strcmp(arguments[i].start, "-") == 0)
                arguments[i].start = NULL, arguments[i].length = 0;
            else if (!is_time(line, i))
                decode(&arguments[i]);
        }
        answer(line, arguments);
        fflush(stdout);
    }
    free(line);
    return 0;
}
