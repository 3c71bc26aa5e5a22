/* As much of HTTP as it takes to talk to testpool, on the loopback address and without TLS. For the service itself use a library
 * that verifies certificates, such as libcurl. */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

struct response {
    int status; /* 0 where no reply came; the body is empty then */
    char *body; /* with a NUL behind it; the caller's to free */
    size_t length;
};

/* POSTs to COGNITO_ENDPOINT (http://127.0.0.1:PORT); ends the program where it is not set. */
struct response http_post(const char *target, const char *body, size_t length);

#endif
