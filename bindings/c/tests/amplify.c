/* Amplify's two native entry points, computeModPow and computeS of @aws-amplify/react-native, on top of this library: integers
 * come in as hex text, of any number of digits and either sign, and go out so.
 *
 *     amplify FOLDER      where test-vectors/ is
 *
 * A module for Android or iOS would call these two functions, and throw what they say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define OK COGNITO_SRP_STATUS_OK
#define BYTES 384

/* The one modulus, that of RFC 5054's group of 3072 bits; g is 2, and k is H(00 N || 02). */
static const char N[] = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                        "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
                        "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f"
                        "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
                        "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
                        "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7"
                        "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c"
                        "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";
static const char K[] = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";

/* Whether two texts are the same integer: zeros in front and the case of digits do not count. */
static int same_integer(const char *one, const char *other)
{
    while (*one == '0')
        one++;
    while (*other == '0')
        other++;
    while (*one && digit(*one) >= 0 && digit(*one) == digit(*other))
        one++, other++;
    return !*one && !*other;
}

/* BigInteger.toString(16): no zeros in front. The caller's to free. */
static char *as_integer(struct span bytes)
{
    char *digits = allocate(2 * bytes.length + 2), *out = digits;
    for (size_t i = 0; i < bytes.length; i++)
        out += sprintf(out, "%02x", (unsigned char)bytes.start[i]);
    *out = 0;
    size_t zeros = strspn(digits, "0");
    if (digits[zeros] == 0 && zeros > 0)
        zeros--;
    memmove(digits, digits + zeros, strlen(digits + zeros) + 1);
    return digits;
}

/* difference = minuend - subtrahend, of 384 bytes each, without a borrow at the end. */
static void subtract(unsigned char *difference, const unsigned char *minuend, const unsigned char *subtrahend)
{
    int borrow = 0;
    for (int i = BYTES - 1; i >= 0; i--) {
        int byte = minuend[i] - subtrahend[i] - borrow;
        borrow = byte < 0;
        difference[i] = (unsigned char)(byte & 0xff);
    }
}

/* 2 * value + bit; what does not fit into 384 bytes. */
static int shift_in(unsigned char *value, int bit)
{
    for (int i = BYTES - 1; i >= 0; i--) {
        int byte = value[i] << 1 | bit;
        bit = byte >> 8;
        value[i] = (unsigned char)(byte & 0xff);
    }
    return bit;
}

/* An integer modulo N, in 384 bytes: a BigInteger's modPow takes any base. In variable time: g and B are no secrets. */
static struct span residue(const char *integer)
{
    int negative = *integer == '-';
    struct span n_bytes = from_hex(N, strlen(N)), value_bytes = {allocate(BYTES), BYTES};
    unsigned char *n = (unsigned char *)n_bytes.start, *value = (unsigned char *)value_bytes.start;
    memset(value, 0, BYTES);
    for (integer += negative; *integer; integer++) {
        for (int bit = 3; bit >= 0; bit--) {
            /* Below N before, and so below 2 N after it. */
            int above = shift_in(value, digit(*integer) >> bit & 1);
            if (above || memcmp(value, n, BYTES) >= 0)
                subtract(value, value, n);
        }
    }
    int is_zero = value[0] == 0 && memcmp(value, value + 1, BYTES - 1) == 0;
    if (negative && !is_zero)
        subtract(value, n, value);
    free(n_bytes.start);
    return value_bytes;
}

/* NULL, and an error's message in `*error`, or the result. Both are the caller's to free. */
static char *result_of(enum cognito_srp_status status, cognito_srp_handle result, char **error)
{
    *error = NULL;
    if (status != OK) {
        *error = take(result, COGNITO_SRP_FIELD_MESSAGE).start;
        return NULL;
    }
    struct span bytes = take(result, COGNITO_SRP_FIELD_VALUE);
    char *integer = as_integer(bytes);
    free(bytes.start);
    return integer;
}

static char *refusal(const char *why)
{
    char *text = allocate(strlen(why) + 1);
    memcpy(text, why, strlen(why) + 1);
    return text;
}

static char *compute_mod_pow(const char *base, const char *exponent, const char *divisor, char **error)
{
    if (!same_integer(divisor, N)) {
        *error = refusal("divisor is not Cognito's N");
        return NULL;
    }
    struct span base_bytes = residue(base), exponent_bytes = from_hex(exponent, strlen(exponent));
    cognito_srp_handle result;
    enum cognito_srp_status status =
        cognito_srp_modpow((const uint8_t *)base_bytes.start, base_bytes.length,
                           (const uint8_t *)exponent_bytes.start, exponent_bytes.length, &result);
    free(base_bytes.start);
    free(exponent_bytes.start);
    return result_of(status, result, error);
}

static char *compute_s(const char *g, const char *x, const char *k, const char *a, const char *b, const char *u, char **error)
{
    if (!same_integer(g, "2") || !same_integer(k, K)) {
        *error = refusal("g and k are not Cognito's");
        return NULL;
    }
    struct span a_bytes = from_hex(a, strlen(a)), b_bytes = residue(b);
    struct span u_bytes = from_hex(u, strlen(u)), x_bytes = from_hex(x, strlen(x));
    cognito_srp_handle result;
    enum cognito_srp_status status =
        cognito_srp_compute_s((const uint8_t *)a_bytes.start, a_bytes.length, (const uint8_t *)b_bytes.start, b_bytes.length,
                              (const uint8_t *)u_bytes.start, u_bytes.length, (const uint8_t *)x_bytes.start, x_bytes.length,
                              &result);
    free(a_bytes.start);
    free(b_bytes.start);
    free(u_bytes.start);
    free(x_bytes.start);
    return result_of(status, result, error);
}

static struct span vectors_of(const char *folder, const char *file, struct json *vectors)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    struct span text = read_file(path);
    *vectors = json_member(json_of(text.start, text.length), "vectors");
    return text;
}

static char *member(struct json vector, const char *name)
{
    return json_text(json_member(vector, name)).start;
}

static void mod_pow_is_that_of_big_integers(const char *folder)
{
    struct json vectors;
    struct span text = vectors_of(folder, "modexp_n3072.json", &vectors);
    int count = 0;
    for (struct json vector = json_first(vectors); vector.start; vector = json_after(vectors, vector), count++) {
        char *base = member(vector, "base"), *exponent = member(vector, "exponent"), *error;
        char *divisor = member(vector, "modulus"), *expected = member(vector, "result");
        char *got = compute_mod_pow(base, exponent, divisor, &error);
        CHECK_TEXT(got ? got : error, expected);
        free(base), free(exponent), free(divisor), free(expected), free(got), free(error);
    }
    CHECK(count == 33);
    free(text.start);
}

/* Of the vectors those whose u and B an honest server can bring about; the others are refused. */
static void s_is_that_of_other_clients(const char *folder)
{
    struct json vectors;
    struct span text = vectors_of(folder, "user_srp.json", &vectors);
    int count = 0;
    for (struct json vector = json_first(vectors); vector.start; vector = json_after(vectors, vector), count++) {
        char *x = member(vector, "x"), *a = member(vector, "a"), *b = member(vector, "B"), *u = member(vector, "u");
        char *expected = member(vector, "S"), *error;
        char *got = compute_s("2", x, K, a, b, u, &error);
        CHECK_TEXT(got ? got : error, expected);
        free(x), free(a), free(b), free(u), free(expected), free(got), free(error);
    }
    CHECK(count == 239);
    free(text.start);
}

static void what_is_not_cognitos_is_refused(void)
{
    char *error;
    CHECK(compute_mod_pow("2", "3", "23", &error) == NULL);
    CHECK_TEXT(error, "divisor is not Cognito's N");
    free(error);
    CHECK(compute_s("3", "1", K, "1", "5", "1", &error) == NULL);
    CHECK_TEXT(error, "g and k are not Cognito's");
    free(error);
    CHECK(compute_s("2", "1", K, "1", "0", "1", &error) == NULL);
    CHECK_TEXT(error, "B is out of range");
    free(error);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "amplify FOLDER\n");
        return 2;
    }
    mod_pow_is_that_of_big_integers(arguments[1]);
    s_is_that_of_other_clients(arguments[1]);
    what_is_not_cognitos_is_refused();
    return finish("amplify");
}
