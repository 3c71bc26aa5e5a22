/* Signs in at testpool, in each of the ways that its example seed has, and is refused where it has to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http.h"
#include "support.h"

#define OK COGNITO_SRP_STATUS_OK
#define POOL "\"UserPoolId\": \"us-east-1_TestPool1\", "
#define CLIENT POOL "\"ClientId\": \"testclient\", "
#define SECRET "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b"
#define DAVES_DEVICE(password)                                                                                         \
    "\"Device\": {\"DeviceKey\": \"us-east-1_6ec2f461-6364-44c4-aa42-2f0acaaaf6e8\", "                                 \
    "\"DeviceGroupKey\": \"-63i1vgZ7h\", \"DevicePassword\": \"" password "\"}"

/* What came of a sign-in, and the way it took: the operations that were sent and the questions that were asked. */
struct outcome {
    enum cognito_srp_status status;
    char way[512];
    cognito_srp_handle last; /* a step that is done, or an error */
};

static int64_t now(void)
{
    return (int64_t)time(NULL);
}

static void note(struct outcome *outcome, const char *what)
{
    size_t used = strlen(outcome->way);
    snprintf(outcome->way + used, sizeof outcome->way - used, "%s%s", used > 0 ? " > " : "", what);
}

static enum cognito_srp_status send_step(cognito_srp_handle sign_in, cognito_srp_handle *step)
{
    struct span target = field(*step, COGNITO_SRP_FIELD_TARGET), body = take(*step, COGNITO_SRP_FIELD_JSON);
    struct response response = http_post(target.start, body.start, body.length);
    enum cognito_srp_status status =
        response.status == 200 ? cognito_srp_sign_in_handle(sign_in, response.body, response.length, now(), step)
                               : cognito_srp_sign_in_refused(sign_in, response.body, response.length, step);
    free(target.start);
    free(body.start);
    free(response.body);
    return status;
}

/* Follows the sign-in from a step on. A code that was refused is asked for again. */
static void follow(struct outcome *outcome, cognito_srp_handle sign_in, const char *const *answers, const char *attributes)
{
    while (outcome->status == OK && cognito_srp_step_kind(outcome->last) != COGNITO_SRP_KIND_DONE) {
        struct span name = field(outcome->last, COGNITO_SRP_FIELD_NAME);
        note(outcome, name.start);
        if (cognito_srp_step_kind(outcome->last) == COGNITO_SRP_KIND_SEND) {
            outcome->status = send_step(sign_in, &outcome->last);
        } else {
            const char *given = strcmp(name.start, "NEW_PASSWORD") == 0 ? attributes : NULL;
            const char *answer = *answers ? *answers++ : "";
            cognito_srp_free(outcome->last);
            outcome->status = cognito_srp_sign_in_answer(sign_in, answer, strlen(answer), given, given ? strlen(given) : 0,
                                                         now(), &outcome->last);
        }
        free(name.start);
        cognito_srp_handle again;
        if (outcome->status == COGNITO_SRP_STATUS_REFUSED && *answers &&
            cognito_srp_sign_in_question(sign_in, &again) == OK && again != 0) {
            note(outcome, "refused");
            cognito_srp_free(outcome->last);
            outcome->last = again;
            outcome->status = OK;
        }
    }
    note(outcome, outcome->status == OK ? "done" : "not done");
}

static struct outcome attempt(const char *options, const char *const *answers, const char *attributes)
{
    struct outcome outcome = {OK, "", 0};
    cognito_srp_handle sign_in;
    CHECK(cognito_srp_sign_in_new(options, strlen(options), &sign_in) == OK);
    outcome.status = cognito_srp_sign_in_start(sign_in, &outcome.last);
    follow(&outcome, sign_in, answers, attributes);
    CHECK(cognito_srp_free(sign_in) == OK);
    return outcome;
}

/* The outcome of a sign-in that succeeds, once it was seen whose tokens they are. Freed by the caller. */
static struct span signed_in_as(const char *username, struct outcome outcome)
{
    CHECK(outcome.status == OK);
    if (outcome.status != OK) {
        struct span message = field(outcome.last, COGNITO_SRP_FIELD_MESSAGE);
        printf("%s\n", message.start);
        free(message.start);
        exit(finish("sign_in"));
    }
    struct span outcome_json = take(outcome.last, COGNITO_SRP_FIELD_JSON);
    struct json done = json_of(outcome_json.start, outcome_json.length);
    struct span name = json_text(json_member(done, "Username"));
    struct span token = json_text(json_member(json_member(done, "AuthenticationResult"), "AccessToken"));
    CHECK_TEXT(name.start, username);

    char body[8192];
    int length = snprintf(body, sizeof body, "{\"AccessToken\": \"%s\"}", token.start);
    struct response response = http_post("AWSCognitoIdentityProviderService.GetUser", body, (size_t)length);
    struct span said = json_text(json_member(json_of(response.body, response.length), "Username"));
    CHECK(response.status == 200);
    CHECK_TEXT(said.start, username);
    free(name.start);
    free(token.start);
    free(said.start);
    free(response.body);
    return outcome_json;
}

static void succeeds(const char *username, const char *options, const char *const *answers, const char *attributes,
                     const char *way)
{
    struct outcome outcome = attempt(options, answers, attributes);
    CHECK_TEXT(outcome.way, way);
    free(signed_in_as(username, outcome).start);
}

static void is_refused(const char *options, const char *const *answers, enum cognito_srp_status status, const char *cause,
                       const char *retry)
{
    struct outcome outcome = attempt(options, answers, NULL);
    CHECK(outcome.status == status);
    struct span got_cause = field(outcome.last, COGNITO_SRP_FIELD_CAUSE), got_retry = field(outcome.last, COGNITO_SRP_FIELD_RETRY);
    CHECK_TEXT(got_cause.start, cause);
    CHECK_TEXT(got_retry.start, retry);
    free(got_cause.start);
    free(got_retry.start);
    for (int32_t which = COGNITO_SRP_FIELD_MESSAGE; which <= COGNITO_SRP_FIELD_SERVICE_MESSAGE; which++) {
        struct span text = field(outcome.last, which);
        for (const char *const *answer = answers; *answer; answer++)
            CHECK(strstr(text.start, *answer) == NULL);
        CHECK(strstr(text.start, SECRET) == NULL);
        free(text.start);
    }
    CHECK(cognito_srp_free(outcome.last) == OK);
}

#define ANSWERS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SRP "InitiateAuth > PASSWORD > RespondToAuthChallenge"

static void passwords(void)
{
    const char *alice = "{" CLIENT "\"Username\": \"alice\"}";
    succeeds("alice", alice, ANSWERS("Wonderland1!"), NULL, SRP " > done");
    is_refused(alice, ANSWERS("Wonderland2!"), COGNITO_SRP_STATUS_REFUSED, "WrongUserOrPassword", "StartAgain");
    is_refused("{" CLIENT "\"Username\": \"nobody\"}", ANSWERS("Wonderland1!"), COGNITO_SRP_STATUS_REFUSED, "UnknownUser", "StartAgain");
}

static void client_secrets(void)
{
    const char *secret = "{" POOL "\"ClientId\": \"secretclient\", \"ClientSecret\": \"" SECRET "\", \"Username\": \"alice\"}";
    const char *wrong = "{" POOL "\"ClientId\": \"secretclient\", \"ClientSecret\": \"wrong\", \"Username\": \"alice\"}";
    succeeds("alice", secret, ANSWERS("Wonderland1!"), NULL, SRP " > done");
    is_refused(wrong, ANSWERS("Wonderland1!"), COGNITO_SRP_STATUS_REFUSED, "WrongSecretHash", "No");
}

static void devices(void)
{
    const char *right = "{" CLIENT "\"Username\": \"dave\", "
                        DAVES_DEVICE("/vIG1dRg1dV/J7yszulBXwzFd4hZGJyq7Z0eKFBbRhuVcrWeGQDI+w==") "}";
    const char *wrong = "{" CLIENT "\"Username\": \"dave\", " DAVES_DEVICE("another") "}";
    succeeds("dave", right, ANSWERS("pässwörd 密码"), NULL,
             SRP " > RespondToAuthChallenge > RespondToAuthChallenge > done");
    is_refused(wrong, ANSWERS("pässwörd 密码"), COGNITO_SRP_STATUS_DEVICE_REFUSED, "WrongUserOrPassword", "StartAgain");
}

/* As new_device, of somebody who signs in by an alias: the device is kept under the name that the service gives, and is looked up while
 * the password is asked. */
static void device_of_an_alias(void)
{
    const char *options = "{" CLIENT "\"Username\": \"carol@example.com\", \"RememberDevice\": true}";
    struct outcome outcome = attempt(options, ANSWERS("Chr1stmas-tree", "SMS_MFA", "123456"), NULL);
    struct span first = signed_in_as("carol", outcome);
    struct json done = json_of(first.start, first.length), kept = json_member(done, "Device");
    struct span keeper = json_text(json_member(done, "Username"));

    cognito_srp_handle sign_in, step, none;
    CHECK(cognito_srp_sign_in_new(options, strlen(options), &sign_in) == OK);
    CHECK(cognito_srp_sign_in_start(sign_in, &step) == OK);
    CHECK(send_step(sign_in, &step) == OK);
    struct span question = take(step, COGNITO_SRP_FIELD_JSON);
    struct span username = json_text(json_member(json_of(question.start, question.length), "Username"));
    CHECK_TEXT(username.start, keeper.start);
    CHECK(cognito_srp_sign_in_set_device(sign_in, kept.start, kept.length, &none) == OK && none == 0);

    struct outcome again = {OK, "", 0};
    CHECK(cognito_srp_sign_in_question(sign_in, &again.last) == OK);
    follow(&again, sign_in, ANSWERS("Chr1stmas-tree"), NULL);
    CHECK_TEXT(again.way, "PASSWORD > RespondToAuthChallenge > RespondToAuthChallenge > RespondToAuthChallenge > done");
    free(signed_in_as("carol", again).start);
    CHECK(cognito_srp_free(sign_in) == OK);
    free(first.start);
    free(keeper.start);
    free(question.start);
    free(username.start);
}

/* A device is enrolled at the first sign-in, and remembered at the second. */
static void new_device(void)
{
    struct outcome outcome = attempt("{" CLIENT "\"Username\": \"alice\", \"RememberDevice\": true, \"DeviceName\": \"C\"}",
                                     ANSWERS("Wonderland1!"), NULL);
    CHECK_TEXT(outcome.way, SRP " > ConfirmDevice > done");
    struct span first = signed_in_as("alice", outcome);
    struct json device = json_member(json_of(first.start, first.length), "Device");
    CHECK(device.start != NULL);
    char options[1024];
    snprintf(options, sizeof options, "{" CLIENT "\"Username\": \"alice\", \"Device\": %.*s}", (int)device.length, device.start);
    succeeds("alice", options, ANSWERS("Wonderland1!"), NULL, SRP " > RespondToAuthChallenge > RespondToAuthChallenge > done");
    free(first.start);
}

/* Where ConfirmDevice gets a gateway's page or no reply at all, the tokens are there without it. */
static void no_word_of_the_service(void)
{
    const char *options = "{" CLIENT "\"Username\": \"alice\", \"RememberDevice\": true}";
    const char *page = "<html>502 Bad Gateway</html>";
    for (int replies = 0; replies < 4; replies++) {
        struct outcome outcome = {OK, "", 0};
        cognito_srp_handle sign_in, step, result;
        CHECK(cognito_srp_sign_in_new(options, strlen(options), &sign_in) == OK);
        CHECK(cognito_srp_sign_in_start(sign_in, &step) == OK);
        CHECK(send_step(sign_in, &step) == OK);
        CHECK(cognito_srp_free(step) == OK);
        CHECK(cognito_srp_sign_in_answer(sign_in, "Wonderland1!", 12, NULL, 0, now(), &step) == OK);
        CHECK(cognito_srp_sign_in_skip_device(sign_in, &result) == OK && result == 0);
        CHECK(send_step(sign_in, &step) == OK);
        struct span name = take(step, COGNITO_SRP_FIELD_NAME);
        CHECK_TEXT(name.start, "ConfirmDevice");
        free(name.start);
        if (replies & 1) {
            CHECK(cognito_srp_sign_in_refused(sign_in, page, strlen(page), &result) == COGNITO_SRP_STATUS_REPLY);
            CHECK(cognito_srp_free(result) == OK);
        }
        if (replies & 2) {
            CHECK(cognito_srp_sign_in_handle(sign_in, page, strlen(page), now(), &result) == COGNITO_SRP_STATUS_REPLY);
            CHECK(cognito_srp_free(result) == OK);
        }
        CHECK(cognito_srp_sign_in_skip_device(sign_in, &outcome.last) == OK);
        CHECK(cognito_srp_step_kind(outcome.last) == COGNITO_SRP_KIND_DONE);
        struct span done = signed_in_as("alice", outcome);
        CHECK(json_member(json_of(done.start, done.length), "Device").start == NULL);
        CHECK(cognito_srp_sign_in_skip_device(sign_in, &result) == OK && result == 0);
        CHECK(cognito_srp_free(sign_in) == OK);
        free(done.start);
    }
}

static void new_password(void)
{
    const char *erin = "{" CLIENT "\"Username\": \"erin\"}";
    succeeds("erin", erin, ANSWERS("Temp0rary-password", "Permanent 1a!"), "{\"name\": \"Erin\"}",
             SRP " > NEW_PASSWORD > RespondToAuthChallenge > done");
    succeeds("erin", erin, ANSWERS("Permanent 1a!"), NULL, SRP " > done");
}

static void codes(void)
{
    const char *carol = "{" CLIENT "\"Username\": \"carol\"}";
    succeeds("carol", carol, ANSWERS("Chr1stmas-tree", "SMS_MFA", "000000", "123456"), NULL,
             SRP " > MFA_TYPE > RespondToAuthChallenge > CODE > RespondToAuthChallenge > refused > CODE > RespondToAuthChallenge > done");
    is_refused(carol, ANSWERS("Chr1stmas-tree", "SMS_MFA", "000000"), COGNITO_SRP_STATUS_REFUSED, "WrongCode", "AnotherAnswer");
}

/* Begun here, saved while the password is asked for, and finished by another object. */
static void saved(void)
{
    const char *options = "{" POOL "\"ClientId\": \"secretclient\", \"ClientSecret\": \"" SECRET "\", \"Username\": \"alice\"}";
    struct outcome outcome = {OK, "", 0};
    cognito_srp_handle first, second, step, state;
    CHECK(cognito_srp_sign_in_new(options, strlen(options), &first) == OK);
    CHECK(cognito_srp_sign_in_start(first, &step) == OK);
    CHECK(send_step(first, &step) == OK);
    CHECK(cognito_srp_step_kind(step) == COGNITO_SRP_KIND_ASK);
    CHECK(cognito_srp_free(step) == OK);
    CHECK(cognito_srp_sign_in_save(first, &state) == OK);
    CHECK(cognito_srp_free(first) == OK);
    struct span bytes = take(state, COGNITO_SRP_FIELD_VALUE);

    CHECK(cognito_srp_sign_in_restore((const uint8_t *)bytes.start, bytes.length, options, strlen(options), &second) == OK);
    CHECK(cognito_srp_sign_in_question(second, &outcome.last) == OK);
    follow(&outcome, second, ANSWERS("Wonderland1!"), NULL);
    CHECK_TEXT(outcome.way, "PASSWORD > RespondToAuthChallenge > done");
    free(signed_in_as("alice", outcome).start);
    CHECK(cognito_srp_free(second) == OK);
    free(bytes.start);
}

/* The same without the conversation: SRP_A into a request of our own, the challenge into the claim. */
static void single_steps(void)
{
    const char *options = "{" CLIENT "\"Username\": \"alice\"}";
    cognito_srp_handle login, result;
    CHECK(cognito_srp_password_login_new(options, strlen(options), NULL, 0, &login) == OK);
    CHECK(cognito_srp_login_srp_a(login, &result) == OK);
    struct span srp_a = take(result, COGNITO_SRP_FIELD_VALUE);
    char body[2048];
    int length = snprintf(body, sizeof body,
                          "{\"ClientId\": \"testclient\", \"AuthFlow\": \"USER_SRP_AUTH\", "
                          "\"AuthParameters\": {\"USERNAME\": \"alice\", \"SRP_A\": \"%s\"}}",
                          srp_a.start);
    struct response challenge = http_post("AWSCognitoIdentityProviderService.InitiateAuth", body, (size_t)length);
    CHECK(cognito_srp_login_claim(login, challenge.body, challenge.length, "Wonderland1!", 12, now(), &result) == OK);
    struct span claim = take(result, COGNITO_SRP_FIELD_VALUE);
    struct response tokens = http_post("AWSCognitoIdentityProviderService.RespondToAuthChallenge", claim.start, claim.length);
    CHECK(tokens.status == 200);
    CHECK(strstr(tokens.body, "AccessToken") != NULL);
    CHECK(cognito_srp_free(login) == OK);
    free(srp_a.start);
    free(challenge.body);
    free(claim.start);
    free(tokens.body);
}

int main(void)
{
    passwords();
    client_secrets();
    devices();
    new_device();
    no_word_of_the_service();
    device_of_an_alias();
    new_password();
    codes();
    saved();
    single_steps();
    return finish("sign_in");
}
