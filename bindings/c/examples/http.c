#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void stop(const char *why)
{
    fprintf(stderr, "http: %s\n", why);
    exit(2);
}

/* Says why there is no reply, which is no end: a sign-in may have tokens already. */
static struct response no_reply(const char *why)
{
    fprintf(stderr, "http: %s\n", why);
    struct response response = {0, calloc(1, 1), 0};
    if (!response.body)
        stop("out of memory");
    return response;
}

/* A socket, or -1. */
static int connected(unsigned port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (peer >= 0 && connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        close(peer);
        return -1;
    }
    return peer;
}

static int send_all(int peer, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(peer, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 1;
}

/* Everything until the other side closes or the connection breaks, with a NUL behind it. */
static char *receive_all(int peer, size_t *length)
{
    size_t capacity = 1 << 16;
    char *bytes = malloc(capacity);
    *length = 0;
    for (;;) {
        if (!bytes)
            stop("out of memory");
        ssize_t received = recv(peer, bytes + *length, capacity - *length - 1, 0);
        if (received <= 0)
            break;
        *length += (size_t)received;
        if (*length + 1 == capacity)
            bytes = realloc(bytes, capacity *= 2);
    }
    bytes[*length] = 0;
    return bytes;
}

struct response http_post(const char *target, const char *body, size_t length)
{
    const char *endpoint = getenv("COGNITO_ENDPOINT");
    unsigned port;
    if (!endpoint || sscanf(endpoint, "http://127.0.0.1:%u", &port) != 1 || port > 65535)
        stop("COGNITO_ENDPOINT is not http://127.0.0.1:PORT; run this under bindings/with-testpool");
    char head[512];
    int head_length = snprintf(head, sizeof head,
                               "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Amz-Target: %s\r\n"
                               "Content-Type: application/x-amz-json-1.1\r\nContent-Length: %zu\r\n\r\n",
                               target, length);
    if (head_length < 0 || (size_t)head_length >= sizeof head)
        stop("the target is too long");
    int peer = connected(port);
    if (peer < 0)
        return no_reply("nothing listens at COGNITO_ENDPOINT");
    if (!send_all(peer, head, (size_t)head_length) || !send_all(peer, body, length)) {
        close(peer);
        return no_reply("the connection broke");
    }
    size_t received;
    char *message = receive_all(peer, &received);
    close(peer);

    struct response response = {0, NULL, 0};
    char *begin = strstr(message, "\r\n\r\n");
    if (!begin || sscanf(message, "HTTP/1.%*d %d", &response.status) != 1) {
        free(message);
        return no_reply("no reply came, or one that is no HTTP");
    }
    begin += 4;
    response.length = received - (size_t)(begin - message);
    memmove(message, begin, response.length + 1);
    response.body = message;
    return response;
}
