/* Every mistake that a caller can make and that can be noticed is an error, and no error holds a secret.
 *
 *     misuse FILE       FILE is bindings/login.json */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support.h"

#define OK COGNITO_SRP_STATUS_OK
#define ARGUMENT COGNITO_SRP_STATUS_ARGUMENT
#define REPLY COGNITO_SRP_STATUS_REPLY
#define HANDLE COGNITO_SRP_STATUS_HANDLE
#define BUSY COGNITO_SRP_STATUS_BUSY

/* In every secret of this program, and in nothing else. */
#define MARK "PLANTED"
#define TEXT(literal) literal, sizeof(literal) - 1
#define OPTIONS                                                                                                        \
    "{\"UserPoolId\": \"us-east-1_Example1\", \"ClientId\": \"client\", \"ClientSecret\": \"" MARK "\", "              \
    "\"Username\": \"alice\", \"Device\": {\"DeviceKey\": \"key\", \"DeviceGroupKey\": \"-group\", "                   \
    "\"DevicePassword\": \"" MARK "\"}}"

#define DEVICE_CHALLENGE                                                                                               \
    "{\"ChallengeName\": \"DEVICE_PASSWORD_VERIFIER\", "                                                               \
    "\"ChallengeParameters\": {\"SALT\": \"1f\", \"SRP_B\": \"3\", \"SECRET_BLOCK\": \"QUJD\"}}"

/* A challenge, the tokens for its answer, and a time. */
static struct json challenge, tokens;
static int64_t now;

static cognito_srp_handle sign_in_of(const char *options)
{
    cognito_srp_handle sign_in = 0;
    CHECK(cognito_srp_sign_in_new(options, strlen(options), &sign_in) == OK);
    return sign_in;
}

static cognito_srp_handle password_login(void)
{
    cognito_srp_handle login = 0;
    CHECK(cognito_srp_password_login_new(TEXT(OPTIONS), NULL, 0, &login) == OK);
    return login;
}

static cognito_srp_handle device_login(void)
{
    cognito_srp_handle login = 0;
    CHECK(cognito_srp_device_login_new(TEXT(OPTIONS), NULL, 0, &login) == OK);
    return login;
}

static cognito_srp_handle started(cognito_srp_handle sign_in)
{
    cognito_srp_handle step = 0;
    CHECK(cognito_srp_sign_in_start(sign_in, &step) == OK);
    return step;
}

static void free_all(cognito_srp_handle one, cognito_srp_handle other)
{
    CHECK(cognito_srp_free(one) == OK);
    CHECK(cognito_srp_free(other) == OK);
}

/* The call ended so, with an error object that names the parameter and has no secret in any field. The error is freed. */
static void ended(enum cognito_srp_status status, enum cognito_srp_status expected, cognito_srp_handle error,
                  const char *parameter, const char *problem)
{
    CHECK(status == expected);
    CHECK(error != 0);
    CHECK(cognito_srp_step_kind(error) == COGNITO_SRP_KIND_NONE);
    for (int32_t which = COGNITO_SRP_FIELD_MESSAGE; which <= COGNITO_SRP_FIELD_SERVICE_MESSAGE; which++) {
        struct span text = field(error, which);
        CHECK(strstr(text.start, MARK) == NULL);
        CHECK(which != COGNITO_SRP_FIELD_MESSAGE || text.length > 0);
        if (which == COGNITO_SRP_FIELD_PARAMETER)
            CHECK_TEXT(text.start, parameter);
        if (which == COGNITO_SRP_FIELD_PROBLEM)
            CHECK_TEXT(text.start, problem);
        free(text.start);
    }
    CHECK(cognito_srp_free(error) == OK);
}

/* Every call that takes an object, with this one. */
#define CALLS 10
static enum cognito_srp_status call_with(int which, cognito_srp_handle object, cognito_srp_handle *result)
{
    switch (which) {
    case 0:
        return cognito_srp_sign_in_start(object, result);
    case 1:
        return cognito_srp_sign_in_handle(object, challenge.start, challenge.length, now, result);
    case 2:
        return cognito_srp_sign_in_refused(object, TEXT("{\"__type\": \"X\"}"), result);
    case 3:
        return cognito_srp_sign_in_answer(object, TEXT(MARK), NULL, 0, now, result);
    case 4:
        return cognito_srp_sign_in_question(object, result);
    case 5:
        return cognito_srp_sign_in_skip_device(object, result);
    case 6:
        return cognito_srp_sign_in_save(object, result);
    case 7:
        return cognito_srp_sign_in_set_device(object, NULL, 0, result);
    case 8:
        return cognito_srp_login_srp_a(object, result);
    default:
        return cognito_srp_login_claim(object, challenge.start, challenge.length, TEXT(MARK), now, result);
    }
}

static void no_object(cognito_srp_handle handle)
{
    cognito_srp_handle result;
    size_t length;
    for (int which = 0; which < CALLS; which++) {
        enum cognito_srp_status status = call_with(which, handle, &result);
        ended(status, HANDLE, result, "handle", "Unknown");
    }
    CHECK(cognito_srp_step_kind(handle) == COGNITO_SRP_KIND_NONE);
    CHECK(cognito_srp_read(handle, COGNITO_SRP_FIELD_JSON, NULL, 0, &length) == HANDLE);
    CHECK(cognito_srp_free(handle) == (handle == 0 ? OK : HANDLE));
}

static void handles_that_name_nothing(void)
{
    no_object(0);
    no_object(UINT64_MAX);
    no_object(1ULL << 40);
    no_object((cognito_srp_handle)(uintptr_t)&now); /* an address, taken for a handle */
}

static void use_after_free(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in), login = password_login(), device = device_login();
    free_all(sign_in, step);
    free_all(login, device);
    no_object(sign_in);
    no_object(step);
    no_object(login);
    no_object(device);
    /* A handle does not come back. */
    for (int i = 0; i < 100; i++) {
        cognito_srp_handle next = sign_in_of(OPTIONS);
        CHECK(next != sign_in && next != step && next != login && next != device);
        CHECK(cognito_srp_free(next) == OK);
    }
    no_object(sign_in);
}

static void handles_of_another_kind(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in), login = password_login(), value, error, result;
    CHECK(cognito_srp_secret_hash(TEXT("alice"), TEXT("client"), TEXT(MARK), &value) == OK);
    CHECK(cognito_srp_sign_in_new(TEXT("{}"), &error) == ARGUMENT);
    for (int which = 0; which < CALLS; which++) {
        cognito_srp_handle others[] = {step, value, error, which < 8 ? login : sign_in};
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            enum cognito_srp_status status = call_with(which, others[i], &result);
            ended(status, HANDLE, result, "handle", "Mismatch");
        }
    }
    /* No object gives away what another kind has. */
    cognito_srp_handle all[] = {sign_in, step, login, value, error};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int32_t which = COGNITO_SRP_FIELD_NAME; which <= COGNITO_SRP_FIELD_SERVICE_MESSAGE; which++) {
            size_t length = 12345;
            int has = (i == 1 && which <= COGNITO_SRP_FIELD_JSON) || (i == 3 && which == COGNITO_SRP_FIELD_VALUE) ||
                      (i == 4 && which >= COGNITO_SRP_FIELD_MESSAGE);
            CHECK(cognito_srp_read(all[i], which, NULL, 0, &length) == (has ? OK : HANDLE));
            CHECK(has == (length != 12345));
        }
    CHECK(cognito_srp_free(value) == OK);
    free_all(sign_in, step);
    free_all(login, error);
}

static void results_that_cannot_be_written(void)
{
    uint8_t number[1] = {2};
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), login = password_login();
    for (int which = 0; which < CALLS; which++)
        CHECK(call_with(which, which < 8 ? sign_in : login, NULL) == ARGUMENT);
    CHECK(cognito_srp_sign_in_new(TEXT(OPTIONS), NULL) == ARGUMENT);
    CHECK(cognito_srp_sign_in_restore(number, 1, TEXT(OPTIONS), NULL) == ARGUMENT);
    CHECK(cognito_srp_password_login_new(TEXT(OPTIONS), NULL, 0, NULL) == ARGUMENT);
    CHECK(cognito_srp_device_login_new(TEXT(OPTIONS), NULL, 0, NULL) == ARGUMENT);
    CHECK(cognito_srp_enroll_device(TEXT("key"), TEXT("-group"), NULL) == ARGUMENT);
    CHECK(cognito_srp_secret_hash(TEXT("alice"), TEXT("client"), TEXT(MARK), NULL) == ARGUMENT);
    CHECK(cognito_srp_modpow(number, 1, number, 1, NULL) == ARGUMENT);
    CHECK(cognito_srp_compute_s(number, 1, number, 1, number, 1, number, 1, NULL) == ARGUMENT);
    CHECK(cognito_srp_claim_key(number, 1, number, 1, number, 1, TEXT("pool"), TEXT("alice"), TEXT(MARK), NULL) == ARGUMENT);
    CHECK(cognito_srp_device_verifier(TEXT("key"), TEXT("-group"), TEXT(MARK), number, 1, NULL) == ARGUMENT);
    free_all(sign_in, login);
}

/* As in a packed structure, or where a platform's stack is aligned to four bytes. */
static void results_anywhere(void)
{
    char bytes[2 * sizeof(cognito_srp_handle)];
    for (size_t at = 0; at < sizeof(cognito_srp_handle); at++) {
        cognito_srp_handle value = 0;
        size_t length = 0;
        CHECK(cognito_srp_secret_hash(TEXT("alice"), TEXT("client"), TEXT(MARK), (cognito_srp_handle *)(void *)(bytes + at)) == OK);
        memcpy(&value, bytes + at, sizeof value);
        CHECK(cognito_srp_read(value, COGNITO_SRP_FIELD_VALUE, NULL, 0, (size_t *)(void *)(bytes + at)) == OK);
        memcpy(&length, bytes + at, sizeof length);
        CHECK(length == 44);
        CHECK(cognito_srp_free(value) == OK);
    }
}

/* What is wrong with one text, put in the place of each. */
struct text {
    const char *start;
    size_t length;
};

/* Every text and every byte string of every call, by its name, with this in its place. */
#define PLACES 34
static enum cognito_srp_status call_in_place(int place, struct text wrong, cognito_srp_handle sign_in, cognito_srp_handle login,
                                             cognito_srp_handle *result, const char **name)
{
    static const uint8_t fine[] = {2};
    static const char *const names[PLACES] = {
        "options", "options", "options", "options", "body",          "body",        "body",          "answer",      "user_attributes",
        "password", "device_key", "device_group_key", "username",    "client_id",   "client_secret", "device_key",  "device_group_key",
        "device_password", "scope", "name", "password",
        "state", "a", "base", "exponent", "salt", "salt", "a", "a", "B", "u", "x", "a", "B"};
#define WRONG wrong.start, wrong.length
#define WRONG_BYTES (const uint8_t *)wrong.start, wrong.length
#define FINE fine, sizeof fine
    *name = names[place];
    switch (place) {
    case 0:
        return cognito_srp_sign_in_new(WRONG, result);
    case 1:
        return cognito_srp_sign_in_restore(FINE, WRONG, result);
    case 2:
        return cognito_srp_password_login_new(WRONG, NULL, 0, result);
    case 3:
        return cognito_srp_device_login_new(WRONG, NULL, 0, result);
    case 4:
        return cognito_srp_sign_in_handle(sign_in, WRONG, now, result);
    case 5:
        return cognito_srp_sign_in_refused(sign_in, WRONG, result);
    case 6:
        return cognito_srp_login_claim(login, WRONG, TEXT(MARK), now, result);
    case 7:
        return cognito_srp_sign_in_answer(sign_in, WRONG, NULL, 0, now, result);
    case 8:
        return cognito_srp_sign_in_answer(sign_in, TEXT(MARK), WRONG, now, result);
    case 9:
        return cognito_srp_login_claim(login, challenge.start, challenge.length, WRONG, now, result);
    case 10:
        return cognito_srp_enroll_device(WRONG, TEXT("-group"), result);
    case 11:
        return cognito_srp_enroll_device(TEXT("key"), WRONG, result);
    case 12:
        return cognito_srp_secret_hash(WRONG, TEXT("client"), TEXT(MARK), result);
    case 13:
        return cognito_srp_secret_hash(TEXT("alice"), WRONG, TEXT(MARK), result);
    case 14:
        return cognito_srp_secret_hash(TEXT("alice"), TEXT("client"), WRONG, result);
    case 15:
        return cognito_srp_device_verifier(WRONG, TEXT("-group"), TEXT(MARK), FINE, result);
    case 16:
        return cognito_srp_device_verifier(TEXT("key"), WRONG, TEXT(MARK), FINE, result);
    case 17:
        return cognito_srp_device_verifier(TEXT("key"), TEXT("-group"), WRONG, FINE, result);
    case 18:
        return cognito_srp_claim_key(FINE, FINE, FINE, WRONG, TEXT("alice"), TEXT(MARK), result);
    case 19:
        return cognito_srp_claim_key(FINE, FINE, FINE, TEXT("pool"), WRONG, TEXT(MARK), result);
    case 20:
        return cognito_srp_claim_key(FINE, FINE, FINE, TEXT("pool"), TEXT("alice"), WRONG, result);
    case 21:
        return cognito_srp_sign_in_restore(WRONG_BYTES, TEXT(OPTIONS), result);
    case 22:
        return cognito_srp_password_login_new(TEXT(OPTIONS), WRONG_BYTES, result);
    case 23:
        return cognito_srp_modpow(WRONG_BYTES, FINE, result);
    case 24:
        return cognito_srp_modpow(FINE, WRONG_BYTES, result);
    case 25:
        return cognito_srp_claim_key(FINE, FINE, WRONG_BYTES, TEXT("pool"), TEXT("alice"), TEXT(MARK), result);
    case 26:
        return cognito_srp_device_verifier(TEXT("key"), TEXT("-group"), TEXT(MARK), WRONG_BYTES, result);
    case 27:
        return cognito_srp_device_login_new(TEXT(OPTIONS), WRONG_BYTES, result);
    case 28:
        return cognito_srp_compute_s(WRONG_BYTES, FINE, FINE, FINE, result);
    case 29:
        return cognito_srp_compute_s(FINE, WRONG_BYTES, FINE, FINE, result);
    case 30:
        return cognito_srp_compute_s(FINE, FINE, WRONG_BYTES, FINE, result);
    case 31:
        return cognito_srp_compute_s(FINE, FINE, FINE, WRONG_BYTES, result);
    case 32:
        return cognito_srp_claim_key(WRONG_BYTES, FINE, FINE, TEXT("pool"), TEXT("alice"), TEXT(MARK), result);
    default:
        return cognito_srp_claim_key(FINE, WRONG_BYTES, FINE, TEXT("pool"), TEXT("alice"), TEXT(MARK), result);
    }
}
#define FIRST_BYTES 21
#define IS_BODY(place) ((place) >= 4 && (place) <= 6)

/* A NULL that has a length. What the service said is the caller's argument here: it has not even been looked at. */
static void null_with_a_length(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), login = password_login(), result;
    struct text null = {NULL, 5};
    static const char *const bodies[] = {"reply", "refusal", "challenge"};
    for (int place = 0; place < PLACES; place++) {
        const char *name;
        enum cognito_srp_status status = call_in_place(place, null, sign_in, login, &result, &name);
        ended(status, ARGUMENT, result, IS_BODY(place) ? bodies[place - 4] : name, "Missing");
    }
    free_all(sign_in, login);
}

/* To many languages an empty buffer is an absent one. As an integer it would be an a of 0. */
static void an_empty_a(void)
{
    const uint8_t *a = (const uint8_t *)"";
    uint8_t number[1] = {2};
    cognito_srp_handle result;
    enum cognito_srp_status status = cognito_srp_password_login_new(TEXT(OPTIONS), a, 0, &result);
    ended(status, ARGUMENT, result, "a", "Empty");
    status = cognito_srp_device_login_new(TEXT(OPTIONS), a, 0, &result);
    ended(status, ARGUMENT, result, "a", "Empty");
    status = cognito_srp_compute_s(NULL, 0, number, 1, number, 1, number, 1, &result);
    ended(status, ARGUMENT, result, "a", "Empty");
    status = cognito_srp_claim_key(a, 0, number, 1, number, 1, TEXT("pool"), TEXT("alice"), TEXT(MARK), &result);
    ended(status, ARGUMENT, result, "a", "Empty");
}

static void text_that_is_not_utf_8(void)
{
    static const struct text wrong[] = {
        {TEXT("\xff")},         {TEXT("{\"Username\": \"" MARK "\xc3\"}")}, {TEXT("\xed\xa0\x80")}, /* a surrogate */
        {TEXT("\xc0\x80" MARK)}, {TEXT("\xf4\x90\x80\x80")},                                        /* too long a form; above U+10FFFF */
    };
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), login = password_login(), result;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (int place = 0; place < FIRST_BYTES; place++) {
            const char *name;
            enum cognito_srp_status status = call_in_place(place, wrong[i], sign_in, login, &result, &name);
            ended(status, IS_BODY(place) ? REPLY : ARGUMENT, result, name, "NotUtf8");
        }
    free_all(sign_in, login);
}

static int64_t milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Of this thread, so that a busy machine does not count. */
static int64_t cpu_microseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* To hash 200 MB takes longer than the 10 ms of which no call takes as many, and so does to read them from memory that nobody has
 * touched yet. The best of three attempts counts. */
static void text_of_200_megabytes(void)
{
    const size_t length = 200000000;
    char *memory = calloc(length, 1);
    if (!memory)
        exit(2);
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), login = password_login(), result;
    size_t lengths[] = {length, SIZE_MAX, SIZE_MAX / 2, length * 4}; /* no more is looked at than the length */
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int place = 0; place < PLACES; place++) {
            const char *name;
            struct text wrong = {memory, lengths[i]};
            int64_t best = INT64_MAX;
            for (int attempt = 0; attempt < 3; attempt++) {
                int64_t began = cpu_microseconds();
                enum cognito_srp_status status = call_in_place(place, wrong, sign_in, login, &result, &name);
                int64_t took = cpu_microseconds() - began;
                best = took < best ? took : best;
                ended(status, IS_BODY(place) ? REPLY : ARGUMENT, result, name, "TooLong");
            }
            CHECK(best < 10000);
        }
    free_all(sign_in, login);
    free(memory);
}

static void options_that_are_none(void)
{
    static const struct {
        struct text options;
        const char *parameter, *problem;
    } rows[] = {
        {{NULL, 0}, "options", "NotJson"},
        {{TEXT("")}, "options", "NotJson"},
        {{TEXT("null")}, "options", "NotJson"},
        {{TEXT("[\"" MARK "\"]")}, "options", "NotJson"},
        {{TEXT("{\"ClientSecret\": \"" MARK "\"")}, "options", "NotJson"},
        {{TEXT("{\"ClientSecret\": \"" MARK "\"} more")}, "options", "NotJson"},
        {{TEXT("{\"ClientSecret\": \"" MARK "\"}")}, "UserPoolId", "Missing"},
        {{TEXT("{\"UserPoolId\": \"" MARK "\"}")}, "UserPoolId", "Malformed"},
        {{TEXT("{\"UserPoolId\": 5}")}, "UserPoolId", "Malformed"},
        {{TEXT("{\"UserPoolId\": \"us-east-1_Example1\", \"ClientId\": \"c\", \"ClientSecret\": [\"" MARK "\"], \"Username\": \"u\"}")},
         "ClientSecret", "Malformed"},
        {{TEXT("{\"UserPoolId\": \"us-east-1_Example1\", \"ClientId\": \"c\"}")}, "Username", "Missing"},
        {{TEXT("{\"UserPoolId\": \"us-east-1_Example1\", \"ClientId\": \"c\", \"Username\": \"u\", \"Admin\": \"" MARK "\"}")},
         "Admin", "Malformed"},
        {{TEXT("{\"UserPoolId\": \"us-east-1_Example1\", \"ClientId\": \"c\", \"Username\": \"u\", \"AuthFlow\": \"" MARK "\"}")},
         "AuthFlow", "Unknown"},
        {{TEXT("{\"UserName\": \"" MARK "\"}")}, "UserName in options", "Unknown"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cognito_srp_handle result;
        enum cognito_srp_status status = cognito_srp_sign_in_new(rows[i].options.start, rows[i].options.length, &result);
        ended(status, ARGUMENT, result, rows[i].parameter, rows[i].problem);
    }
    /* As deep as a text can be. */
    static char deep[1 << 20];
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in), result;
    memset(deep, '[', sizeof deep);
    enum cognito_srp_status status = cognito_srp_sign_in_new(deep, sizeof deep, &result);
    ended(status, ARGUMENT, result, "options", "TooDeep");
    CHECK(cognito_srp_sign_in_handle(sign_in, deep, sizeof deep, now, &result) == REPLY);
    CHECK(cognito_srp_free(result) == OK);
    free_all(sign_in, step);
}

static void reading(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in);
    static const int32_t unknown[] = {0, -1, 12, INT32_MAX, INT32_MIN};
    size_t length = 12345;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        CHECK(cognito_srp_read(step, unknown[i], NULL, 0, &length) == ARGUMENT);
    CHECK(cognito_srp_read(step, COGNITO_SRP_FIELD_NAME, NULL, 0, NULL) == ARGUMENT);
    CHECK(cognito_srp_read(step, COGNITO_SRP_FIELD_NAME, NULL, 5, &length) == ARGUMENT);
    CHECK(cognito_srp_read(step, COGNITO_SRP_FIELD_NAME, NULL, SIZE_MAX, &length) == ARGUMENT);
    CHECK(length == 12345);

    /* "InitiateAuth" into each capacity around its own 12 bytes: all or nothing, and a NUL where there is room. */
    for (size_t capacity = 0; capacity <= 16; capacity++) {
        char buffer[17];
        memset(buffer, '#', sizeof buffer);
        length = 0;
        enum cognito_srp_status status = cognito_srp_read(step, COGNITO_SRP_FIELD_NAME, buffer, capacity, &length);
        CHECK(length == 12);
        CHECK(status == (capacity < 12 ? COGNITO_SRP_STATUS_CAPACITY : OK));
        size_t written = capacity < 12 ? 0 : capacity == 12 ? 12 : 13;
        CHECK(written == 0 || memcmp(buffer, "InitiateAuth", written) == 0);
        for (size_t i = written; i < sizeof buffer; i++)
            CHECK(buffer[i] == '#');
    }
    free_all(sign_in, step);

    const char *kernel = cognito_srp_kernel();
    CHECK(strcmp(kernel, "Ifma") == 0 || strcmp(kernel, "Adx") == 0 || strcmp(kernel, "Portable") == 0);
    CHECK(cognito_srp_kernel() == kernel && cognito_srp_version() == cognito_srp_version());
    CHECK_TEXT(cognito_srp_version(), COGNITO_SRP_VERSION);
}

/* A whole login, of which each step has to succeed; the sign-in is left as it is when it is done. */
static int login(cognito_srp_handle sign_in)
{
    cognito_srp_handle steps[4] = {0, 0, 0, 0};
    int good = cognito_srp_sign_in_start(sign_in, &steps[0]) == OK &&
               cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, now, &steps[1]) == OK &&
               cognito_srp_sign_in_answer(sign_in, TEXT(MARK), NULL, 0, now, &steps[2]) == OK &&
               cognito_srp_sign_in_handle(sign_in, tokens.start, tokens.length, now, &steps[3]) == OK &&
               cognito_srp_step_kind(steps[3]) == COGNITO_SRP_KIND_DONE;
    for (int i = 0; i < 4; i++)
        good &= cognito_srp_free(steps[i]) == OK;
    return good;
}

/* A device that is none: the one before stays. */
static void devices_that_are_none(void)
{
    static const struct {
        struct text device;
        const char *parameter, *problem;
    } rows[] = {
        {{NULL, 5}, "device", "Missing"},
        {{TEXT("\xff" MARK)}, "device", "NotUtf8"},
        {{OPTIONS, SIZE_MAX}, "device", "TooLong"},
        {{TEXT("")}, "Device", "NotJson"},
        {{TEXT("\"" MARK "\"")}, "Device", "NotJson"},
        {{TEXT("{\"DeviceKey\": \"k\", \"DeviceGroupKey\": \"g\"}")}, "DevicePassword", "Missing"},
        {{TEXT("{\"DeviceKey\": 5, \"DeviceGroupKey\": \"g\", \"DevicePassword\": \"" MARK "\"}")}, "DeviceKey", "Malformed"},
        {{TEXT("{\"DevicePasword\": \"" MARK "\"}")}, "DevicePasword in Device", "Unknown"},
    };
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), result;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum cognito_srp_status status = cognito_srp_sign_in_set_device(sign_in, rows[i].device.start, rows[i].device.length, &result);
        ended(status, ARGUMENT, result, rows[i].parameter, rows[i].problem);
    }
    struct span before = take(started(sign_in), COGNITO_SRP_FIELD_JSON);
    CHECK(strstr(before.start, "DEVICE_KEY") != NULL);
    CHECK(cognito_srp_sign_in_set_device(sign_in, NULL, 0, &result) == OK && result == 0);
    struct span after = take(started(sign_in), COGNITO_SRP_FIELD_JSON);
    CHECK(strstr(after.start, "DEVICE_KEY") == NULL);
    CHECK(login(sign_in));
    CHECK(cognito_srp_sign_in_set_device(sign_in, NULL, 0, &result) == OK && result == 0); /* done: it is for the next start */
    CHECK(cognito_srp_free(sign_in) == OK);
    free(before.start);
    free(after.start);
}

static void out_of_turn(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), result;
    /* Before it began, and when it is done: nothing is asked and nothing is out. */
    for (int i = 0; i < 2; i++) {
        enum cognito_srp_status status = cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, now, &result);
        CHECK(status == ARGUMENT);
        CHECK(cognito_srp_free(result) == OK);
        status = cognito_srp_sign_in_answer(sign_in, TEXT(MARK), NULL, 0, now, &result);
        ended(status, ARGUMENT, result, "answer", "Unexpected");
        CHECK(cognito_srp_sign_in_question(sign_in, &result) == OK && result == 0);
        CHECK(cognito_srp_sign_in_skip_device(sign_in, &result) == OK && result == 0);
        CHECK(login(sign_in));
    }
    /* A time that is none changes nothing. */
    cognito_srp_handle step = started(sign_in);
    enum cognito_srp_status status = cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, INT64_MIN, &result);
    ended(status, ARGUMENT, result, "now", "OutOfRange");
    status = cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, INT64_MAX, &result);
    ended(status, ARGUMENT, result, "now", "OutOfRange");
    CHECK(login(sign_in));
    free_all(sign_in, step);

    uint8_t state[100] = {0};
    status = cognito_srp_sign_in_restore(state, sizeof state, TEXT(OPTIONS), &result);
    CHECK(status == ARGUMENT);
    CHECK(cognito_srp_free(result) == OK);
}

static void a_login_makes_one_claim(void)
{
    cognito_srp_handle one = password_login(), device = device_login(), result;
    enum cognito_srp_status status = cognito_srp_login_claim(one, challenge.start, challenge.length, NULL, 0, now, &result);
    ended(status, ARGUMENT, result, "password", "Missing");
    status = cognito_srp_login_claim(one, TEXT("{\"Session\": \"" MARK "\"}"), TEXT(MARK), now, &result);
    CHECK(status == REPLY);
    CHECK(cognito_srp_free(result) == OK);
    CHECK(cognito_srp_login_claim(one, challenge.start, challenge.length, TEXT(MARK), now, &result) == OK);
    CHECK(cognito_srp_free(result) == OK);
    status = cognito_srp_login_claim(one, challenge.start, challenge.length, TEXT(MARK), now, &result);
    ended(status, ARGUMENT, result, "login", "Unexpected");

    status = cognito_srp_login_claim(device, challenge.start, challenge.length, TEXT(MARK), now, &result);
    ended(status, ARGUMENT, result, "password", "Unexpected");
    status = cognito_srp_login_claim(device, challenge.start, challenge.length, NULL, 5, now, &result);
    ended(status, ARGUMENT, result, "password", "Missing");
    status = cognito_srp_login_claim(device, challenge.start, challenge.length, NULL, 0, now, &result);
    ended(status, REPLY, result, "ChallengeName", "Unexpected");
    CHECK(cognito_srp_login_claim(device, TEXT(DEVICE_CHALLENGE), NULL, 0, now, &result) == OK);
    CHECK(cognito_srp_free(result) == OK);
    status = cognito_srp_login_claim(device, TEXT(DEVICE_CHALLENGE), NULL, 0, now, &result);
    ended(status, ARGUMENT, result, "login", "Unexpected");
    free_all(one, device);
}

/* What NULL with the length 0 is. A conversation has asked for the password, so that the answer is there and empty; to a login it is
 * absent. */
static void an_empty_password(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), one = password_login(), step = started(sign_in), result;
    CHECK(cognito_srp_free(step) == OK);
    CHECK(cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, now, &step) == OK);
    CHECK(cognito_srp_sign_in_answer(sign_in, NULL, 0, NULL, 0, now, &result) == OK);
    CHECK(cognito_srp_step_kind(result) == COGNITO_SRP_KIND_SEND);
    free_all(step, result);
    enum cognito_srp_status status = cognito_srp_login_claim(one, challenge.start, challenge.length, NULL, 0, now, &result);
    ended(status, ARGUMENT, result, "password", "Missing");
    CHECK(cognito_srp_login_claim(one, challenge.start, challenge.length, "", 0, now, &result) == OK);
    CHECK(cognito_srp_free(result) == OK);
    free_all(sign_in, one);
}

/* What the threads have in common. Each counts for itself, and is counted when it has ended. */
#define THREADS 4
struct work {
    cognito_srp_handle object;
    int64_t until;
    long good, busy, gone, other;
};

static void together(void *(*thread)(void *), struct work *works)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, thread, &works[i]) != 0)
            exit(2);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void *starts(void *argument)
{
    struct work *work = argument;
    while (milliseconds() < work->until) {
        cognito_srp_handle result = 0;
        enum cognito_srp_status status = cognito_srp_sign_in_start(work->object, &result);
        work->good += status == OK;
        work->busy += status == BUSY;
        work->gone += status == HANDLE;
        work->other += (status != OK && status != BUSY && status != HANDLE) || cognito_srp_free(result) != OK;
        if (status == HANDLE)
            break;
    }
    return NULL;
}

static void *frees_soon(void *argument)
{
    struct work *work = argument;
    struct timespec pause = {0, 100000000};
    nanosleep(&pause, NULL);
    work->good += cognito_srp_free(work->object) == OK;
    return NULL;
}

static void *starts_or_frees(void *argument)
{
    struct work *work = argument;
    return work->until == 0 ? frees_soon(argument) : starts(argument);
}

static void one_object_in_many_threads(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS);
    struct work works[THREADS] = {{0}};
    long good = 0, busy = 0;
    for (int turn = 0; turn < 60 && busy == 0; turn++) {
        for (int i = 0; i < THREADS; i++)
            works[i].object = sign_in, works[i].until = milliseconds() + 500;
        together(starts, works);
        for (int i = 0; i < THREADS; i++)
            good += works[i].good, busy += works[i].busy;
    }
    for (int i = 0; i < THREADS; i++)
        CHECK(works[i].gone == 0 && works[i].other == 0);
    CHECK(good > 0);
    CHECK(busy > 0);
    CHECK(login(sign_in)); /* it is none the worse for it */
    CHECK(cognito_srp_free(sign_in) == OK);
}

/* Freed by one thread while three others use it: they come to the end of their calls, and then there is no such object. */
static void freed_while_in_use(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS);
    struct work works[THREADS] = {{0}};
    for (int i = 0; i < THREADS; i++)
        works[i].object = sign_in, works[i].until = i == 0 ? 0 : milliseconds() + 60000;
    together(starts_or_frees, works);
    CHECK(works[0].good == 1);
    for (int i = 1; i < THREADS; i++)
        CHECK(works[i].gone == 1 && works[i].other == 0);
    no_object(sign_in);
}

/* Set while another thread begins: in between, or not at all. */
static void a_device_while_another_call_runs(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), result = 0;
    struct work work = {.object = sign_in, .until = milliseconds() + 30000};
    enum cognito_srp_status status = OK;
    pthread_t thread;
    if (pthread_create(&thread, NULL, starts, &work) != 0)
        exit(2);
    while (status == OK && milliseconds() < work.until)
        status = cognito_srp_sign_in_set_device(sign_in, NULL, 0, &result);
    ended(status, BUSY, result, "handle", "Unexpected");
    CHECK(cognito_srp_free(sign_in) == OK); /* which ends the thread */
    pthread_join(thread, NULL);
    CHECK(work.other == 0);
}

static void *frees(void *argument)
{
    struct work *work = argument;
    for (cognito_srp_handle handle = work->object; handle < work->object + 100; handle++) {
        enum cognito_srp_status status = cognito_srp_free(handle);
        work->good += status == OK;
        work->gone += status == HANDLE;
    }
    return NULL;
}

static void freed_by_many_threads_once(void)
{
    struct work works[THREADS] = {{0}};
    cognito_srp_handle first = sign_in_of(OPTIONS);
    for (cognito_srp_handle i = 1; i < 100; i++)
        CHECK(sign_in_of(OPTIONS) == first + i);
    for (int i = 0; i < THREADS; i++)
        works[i].object = first;
    together(frees, works);
    long good = 0, gone = 0;
    for (int i = 0; i < THREADS; i++)
        good += works[i].good, gone += works[i].gone;
    CHECK(good == 100);
    CHECK(gone == 100 * (THREADS - 1));
}

static void *reads(void *argument)
{
    struct work *work = argument;
    for (int i = 0; i < 1000; i++) {
        char buffer[8192];
        size_t length;
        work->good += cognito_srp_read(work->object, COGNITO_SRP_FIELD_JSON, buffer, sizeof buffer, &length) == OK &&
                      strlen(buffer) == length && strstr(buffer, "SRP_A") != NULL;
    }
    return NULL;
}

static void a_result_is_read_by_many_threads(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in);
    struct work works[THREADS] = {{0}};
    for (int i = 0; i < THREADS; i++)
        works[i].object = step;
    together(reads, works);
    for (int i = 0; i < THREADS; i++)
        CHECK(works[i].good == 1000);
    free_all(sign_in, step);
}

static void *signs_in(void *argument)
{
    struct work *work = argument;
    for (int i = 0; i < 5; i++) {
        cognito_srp_handle sign_in;
        if (cognito_srp_sign_in_new(TEXT(OPTIONS), &sign_in) == OK) {
            work->good += login(sign_in);
            work->good += cognito_srp_free(sign_in) == OK;
        }
    }
    return NULL;
}

/* What the header asks of a thread, and nothing more. Valgrind and the sanitizers take their own part of a stack. */
static void on_a_small_stack(void)
{
#ifdef SMALL_STACK
    pthread_attr_t attributes;
    pthread_t thread;
    struct work work = {0};
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, 64 * 1024) == 0);
    CHECK(pthread_create(&thread, &attributes, signs_in, &work) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(work.good == 10);
    CHECK(pthread_attr_destroy(&attributes) == 0);
#endif
}

static void *cancelled(void *argument)
{
    cognito_srp_handle *handles = argument;
    handles[0] = sign_in_of(OPTIONS);
    pthread_cancel(pthread_self());
    /* It draws random bytes, which is where glibc would end the thread. */
    handles[1] = started(handles[0]);
    pthread_testcancel();
    return argument;
}

/* The call comes to its end, and the thread then ends. */
static void in_a_thread_that_is_cancelled(void)
{
    cognito_srp_handle handles[2] = {0, 0};
    pthread_t thread;
    void *result = NULL;
    CHECK(pthread_create(&thread, NULL, cancelled, handles) == 0);
    CHECK(pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(login(handles[0]));
    free_all(handles[0], handles[1]);
}

/* A child of a process in which no other thread was in a call has its own copy of every object, and goes on. */
static void in_a_child(void)
{
    cognito_srp_handle sign_in = sign_in_of(OPTIONS), step = started(sign_in);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int good = login(sign_in) && cognito_srp_free(sign_in) == OK && cognito_srp_free(step) == OK;
        _exit(good ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    CHECK(login(sign_in));
    free_all(sign_in, step);
}

static void many_objects_in_many_threads(void)
{
    struct work works[THREADS] = {{0}};
    together(signs_in, works);
    for (int i = 0; i < THREADS; i++)
        CHECK(works[i].good == 10);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "misuse FILE\n");
        return 2;
    }
    struct span file = read_file(arguments[1]);
    struct json inputs = json_of(file.start, file.length);
    challenge = json_member(inputs, "challenge");
    tokens = json_member(inputs, "tokens");
    now = json_integer(json_member(inputs, "now"));

    handles_that_name_nothing();
    use_after_free();
    handles_of_another_kind();
    results_that_cannot_be_written();
    results_anywhere();
    an_empty_a();
    null_with_a_length();
    text_that_is_not_utf_8();
    text_of_200_megabytes();
    options_that_are_none();
    reading();
    devices_that_are_none();
    out_of_turn();
    a_login_makes_one_claim();
    an_empty_password();
    one_object_in_many_threads();
    a_device_while_another_call_runs();
    freed_while_in_use();
    freed_by_many_threads_once();
    a_result_is_read_by_many_threads();
    many_objects_in_many_threads();
    on_a_small_stack();
    in_a_thread_that_is_cancelled();
    in_a_child();
    free(file.start);
    return finish("misuse");
}
