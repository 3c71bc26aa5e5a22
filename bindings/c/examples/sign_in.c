/* Signs in with a user name and a password, whatever the pool asks: the loop stays as it is.
 *
 *     sign_in USERNAME PASSWORD [ANSWER ...]
 *
 * Questions after the password are answered with ANSWERs. What to send to the service is in http.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cognito_srp.h"
#include "http.h"

/* A field of an object, with a NUL behind it; the caller's to free. */
static char *field(cognito_srp_handle object, int32_t which, size_t *length)
{
    *length = 0; /* and so it stays where there is no such field */
    cognito_srp_read(object, which, NULL, 0, length);
    char *text = calloc(1, *length + 1);
    if (!text || cognito_srp_read(object, which, text, *length + 1, length) != COGNITO_SRP_STATUS_OK)
        exit(2);
    return text;
}

/* A failure while ConfirmDevice was out, of which a gateway may be the cause, or a connection that broke: the person is signed in, and
 * only the new device is not confirmed. Any other failure stays one. */
static enum cognito_srp_status or_skip_device(enum cognito_srp_status status, cognito_srp_handle sign_in, cognito_srp_handle *next)
{
    cognito_srp_handle other;
    if (status == COGNITO_SRP_STATUS_OK)
        return status;
    if (cognito_srp_sign_in_skip_device(sign_in, &other) == COGNITO_SRP_STATUS_OK && other != 0) {
        cognito_srp_handle error = *next;
        *next = other, other = error, status = COGNITO_SRP_STATUS_OK;
    }
    cognito_srp_free(other);
    return status;
}

/* Sends a request, and takes what the service says to it. Where it says nothing, the empty body is no JSON, like a gateway's page. */
static enum cognito_srp_status send_request(cognito_srp_handle sign_in, cognito_srp_handle step, cognito_srp_handle *next)
{
    size_t target_length, length;
    char *target = field(step, COGNITO_SRP_FIELD_TARGET, &target_length);
    char *body = field(step, COGNITO_SRP_FIELD_JSON, &length);
    struct response response = http_post(target, body, length);
    enum cognito_srp_status status =
        response.status == 200
            ? cognito_srp_sign_in_handle(sign_in, response.body, response.length, (int64_t)time(NULL), next)
            : cognito_srp_sign_in_refused(sign_in, response.body, response.length, next);
    free(target);
    free(body);
    free(response.body);
    return or_skip_device(status, sign_in, next);
}

static void print(cognito_srp_handle object, const char *what, int32_t which)
{
    size_t length;
    char *text = field(object, which, &length);
    printf("%s%s\n", what, text);
    free(text);
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "sign_in USERNAME PASSWORD [ANSWER ...]\n");
        return 2;
    }
    char options[512]; /* JSON: a name with a quotation mark would have to be escaped */
    snprintf(options, sizeof options,
             "{\"UserPoolId\": \"us-east-1_TestPool1\", \"ClientId\": \"testclient\", \"Username\": \"%.256s\", "
             "\"RememberDevice\": true}",
             arguments[1]);

    cognito_srp_handle sign_in, step = 0, next;
    enum cognito_srp_status status = cognito_srp_sign_in_new(options, strlen(options), &sign_in);
    if (status == COGNITO_SRP_STATUS_OK)
        status = cognito_srp_sign_in_start(sign_in, &step);
    else
        step = sign_in, sign_in = 0; /* it is an error object */

    char **answer = &arguments[2];
    while (status == COGNITO_SRP_STATUS_OK && cognito_srp_step_kind(step) != COGNITO_SRP_KIND_DONE) {
        if (cognito_srp_step_kind(step) == COGNITO_SRP_KIND_SEND) {
            print(step, "sent: ", COGNITO_SRP_FIELD_NAME);
            status = send_request(sign_in, step, &next);
        } else {
            print(step, "asked for: ", COGNITO_SRP_FIELD_NAME);
            const char *said = *answer ? *answer++ : "";
            status = cognito_srp_sign_in_answer(sign_in, said, strlen(said), NULL, 0, (int64_t)time(NULL), &next);
        }
        cognito_srp_free(step);
        step = next;
    }

    if (status == COGNITO_SRP_STATUS_OK)
        printf("signed in\n"); /* COGNITO_SRP_FIELD_JSON of the step has the tokens, and a Device to be stored as a secret */
    else
        print(step, "not signed in: ", COGNITO_SRP_FIELD_MESSAGE);
    cognito_srp_free(step);
    cognito_srp_free(sign_in);
    return status == COGNITO_SRP_STATUS_OK ? 0 : 1;
}
