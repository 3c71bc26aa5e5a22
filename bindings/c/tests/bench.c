/* What whole logins cost: the nanoseconds of each of N, as a JSON array.
 *
 *     bench N FILE       FILE is bindings/login.json */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support.h"

static long long nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The JSON of a step into a buffer as a client has one, until it is sent. */
static void read_and_free(cognito_srp_handle step, char *buffer, size_t capacity)
{
    size_t length;
    if (cognito_srp_read(step, COGNITO_SRP_FIELD_JSON, buffer, capacity, &length) != COGNITO_SRP_STATUS_OK) {
        fprintf(stderr, "this was no login\n");
        exit(1);
    }
    cognito_srp_free(step);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "bench N FILE\n");
        return 2;
    }
    static char first[1 << 16], question[1 << 16], second[1 << 16], done[1 << 16];
    struct span file = read_file(arguments[2]);
    struct json login = json_of(file.start, file.length);
    struct json options = json_member(login, "options"), challenge = json_member(login, "challenge");
    struct json tokens = json_member(login, "tokens");
    struct span password = json_text(json_member(login, "password"));
    int64_t now = json_integer(json_member(login, "now"));

    for (long i = strtol(arguments[1], NULL, 10), begin = i; i > 0; i--) {
        cognito_srp_handle sign_in, step;
        long long began = nanoseconds();
        cognito_srp_sign_in_new(options.start, options.length, &sign_in);
        cognito_srp_sign_in_start(sign_in, &step);
        read_and_free(step, first, sizeof first);
        cognito_srp_sign_in_handle(sign_in, challenge.start, challenge.length, now, &step);
        read_and_free(step, question, sizeof question);
        cognito_srp_sign_in_answer(sign_in, password.start, password.length, NULL, 0, now, &step);
        read_and_free(step, second, sizeof second);
        cognito_srp_sign_in_handle(sign_in, tokens.start, tokens.length, now, &step);
        read_and_free(step, done, sizeof done);
        cognito_srp_free(sign_in);
        long long took = nanoseconds() - began;
        if (!strstr(first, "SRP_A") || !strstr(second, "PASSWORD_CLAIM_SIGNATURE") || !strstr(done, "AccessToken")) {
            fprintf(stderr, "this was no login\n");
            return 1;
        }
        printf("%s%lld", i == begin ? "[" : ", ", took);
    }
    printf("]\n");
    free(file.start);
    free(password.start);
    return 0;
}
