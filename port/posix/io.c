/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * io.c: sockets, standard input and signals, and waiting for them by epoll (Linux). A handle is a descriptor; all but
 * standard input are non-blocking. Signals arrive through a pipe that their handler writes to.
 */
#define _GNU_SOURCE
#include "io.h"
#include "posix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- errors --- */

enum port_error posix_error(int number)
{
    static const struct {
        int number;
        enum port_error error;
    } all[] = {
        {EAGAIN, PORT_AGAIN},           {EINPROGRESS, PORT_AGAIN},
        {EACCES, PORT_ACCESS},          {EPERM, PORT_ACCESS},
        {EADDRINUSE, PORT_IN_USE},      {EADDRNOTAVAIL, PORT_NO_ADDRESS},
        {EBADF, PORT_BAD_HANDLE},       {EPIPE, PORT_BAD_HANDLE},
        {ECONNREFUSED, PORT_REFUSED},   {ECONNRESET, PORT_RESET},
        {ECONNABORTED, PORT_RESET},     {EHOSTUNREACH, PORT_UNREACHABLE},
        {ENETUNREACH, PORT_NO_NETWORK}, {ETIMEDOUT, PORT_TIMED_OUT},
        {ENOTCONN, PORT_NOT_CONNECTED}, {EMSGSIZE, PORT_TOO_LONG},
        {EEXIST, PORT_EXISTS},          {EISDIR, PORT_IS_DIRECTORY},
        {ENOTDIR, PORT_NOT_DIRECTORY},  {ENOTEMPTY, PORT_NOT_EMPTY},
        {ENOENT, PORT_NOT_FOUND},       {ENOSPC, PORT_NO_SPACE},
        {EDQUOT, PORT_NO_SPACE},        {ENOMEM, PORT_NO_MEMORY},
        {ENOBUFS, PORT_NO_MEMORY},      {EMFILE, PORT_TOO_MANY},
        {ENFILE, PORT_TOO_MANY},        {EROFS, PORT_READ_ONLY},
        {EXDEV, PORT_OTHER_DEVICE},     {EINVAL, PORT_INVALID},
        {ENAMETOOLONG, PORT_INVALID},   {EAFNOSUPPORT, PORT_UNSUPPORTED},
        {EOPNOTSUPP, PORT_UNSUPPORTED},
    };
    for (unsigned i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].number == number)
            return all[i].error;
    return PORT_IO;
}
iword posix_failed(void)
{
    return -(iword)posix_error(errno);
}
static iword done(int result)
{
    return result < 0 ? posix_failed() : result;
}

/* --- addresses --- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};
static bool address_parse(const char *text, u64 port, union address *a, socklen_t *bytes)
{
    *a = (union address){0};
    if (port > 65535)
        return false;
    if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1) {
        a->v4.sin_family = AF_INET;
        a->v4.sin_port = htons((u16)port);
        *bytes = sizeof a->v4;
        return true;
    }
    a->v6.sin6_family = AF_INET6;
    a->v6.sin6_port = htons((u16)port);
    *bytes = sizeof a->v6;
    return inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1;
}
static bool address_text(const struct sockaddr *a, char text[PORT_ADDRESS_MAX], u64 *port)
{
    if (a->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
        *port = ntohs(v4->sin_port);
        return inet_ntop(AF_INET, &v4->sin_addr, text, PORT_ADDRESS_MAX) != NULL;
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
    *port = ntohs(v6->sin6_port);
    return a->sa_family == AF_INET6 && inet_ntop(AF_INET6, &v6->sin6_addr, text, PORT_ADDRESS_MAX) != NULL;
}

static iword address_of(struct port_request *r)
{
    union address a;
    socklen_t bytes = sizeof a;
    int fd = (int)r->handle;
    if ((r->number[0] ? getpeername(fd, &a.any, &bytes) : getsockname(fd, &a.any, &bytes)) < 0)
        return posix_failed();
    return address_text(&a.any, r->address, &r->answer[0]) ? 0 : -PORT_UNSUPPORTED;
}

#define ADDRESSES_MAX 32
static iword resolve(struct port_request *r)
{
    u64 family = r->number[0];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
    int failed = getaddrinfo(r->text[0], NULL, &hints, &list);
    if (failed)
        return failed == EAI_SYSTEM ? posix_failed() : failed == EAI_MEMORY ? -PORT_NO_MEMORY : -PORT_NO_HOST;
    r->out = port_alloc(ADDRESSES_MAX * PORT_ADDRESS_MAX);
    r->out_bytes = 0;
    const struct addrinfo *a = list;
    for (unsigned n = 0; r->out && a && n < ADDRESSES_MAX; a = a->ai_next, n++) {
        u64 port;
        char *to = (char *)r->out + r->out_bytes;
        if (address_text(a->ai_addr, to, &port))
            r->out_bytes += strlen(to) + 1;
    }
    freeaddrinfo(list);
    return r->out ? 0 : -PORT_NO_MEMORY;
}

/* --- sockets --- */

void posix_raise_limits(void)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
        l.rlim_cur = l.rlim_max;
        setrlimit(RLIMIT_NOFILE, &l);
    }
}
static iword bound_socket(struct port_request *r, int type, bool reuse)
{
    union address a;
    socklen_t bytes;
    int one = 1;
    if (!address_parse(r->text[0], r->number[0], &a, &bytes))
        return -PORT_INVALID;
    int fd = socket(a.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return posix_failed();
    if ((reuse && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0) || bind(fd, &a.any, bytes) < 0) {
        iword failed = posix_failed();
        close(fd);
        return failed;
    }
    return fd;
}
static iword tcp_listen(struct port_request *r)
{
    iword fd = bound_socket(r, SOCK_STREAM, r->number[2] != 0);
    if (fd >= 0 && listen((int)fd, (int)r->number[1]) < 0) {
        iword failed = posix_failed();
        close((int)fd);
        return failed;
    }
    return fd;
}
static iword tcp_accept(struct port_request *r)
{
    int fd;
    do
        fd = accept4((int)r->handle, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    return done(fd);
}
static iword tcp_connect(struct port_request *r)
{
    union address a;
    socklen_t bytes;
    if (!address_parse(r->text[0], r->number[0], &a, &bytes))
        return -PORT_INVALID;
    int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return posix_failed();
    if (connect(fd, &a.any, bytes) < 0 && errno != EINPROGRESS) {
        iword failed = posix_failed();
        close(fd);
        return failed;
    }
    return fd;
}
static iword tcp_connected(int fd)
{
    int error = 0;
    socklen_t bytes = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0)
        return posix_failed();
    return -(iword)(error ? posix_error(error) : PORT_NO_ERROR);
}
static iword udp_send(struct port_request *r)
{
    union address a;
    socklen_t bytes;
    if (!address_parse(r->text[0], r->number[0], &a, &bytes))
        return -PORT_INVALID;
    return done((int)sendto((int)r->handle, r->in, r->in_bytes, MSG_NOSIGNAL, &a.any, bytes));
}
static iword udp_receive(struct port_request *r)
{
    union address a;
    socklen_t bytes = sizeof a;
    ssize_t n = recvfrom((int)r->handle, r->out, r->out_bytes, 0, &a.any, &bytes);
    if (n < 0)
        return posix_failed();
    r->out_bytes = (word)n;
    return address_text(&a.any, r->address, &r->answer[0]) ? 0 : -PORT_UNSUPPORTED;
}

/* --- options of sockets --- */

static const struct socket_option {
    const char *name;
    int level, option;
    int v6_option; /* of a socket of that family, at its level; 0: the same as above */
} socket_options[] = {{"nodelay", IPPROTO_TCP, TCP_NODELAY, 0},
                      {"keepalive", SOL_SOCKET, SO_KEEPALIVE, 0},
                      {"keepalive-idle", IPPROTO_TCP, TCP_KEEPIDLE, 0},
                      {"keepalive-interval", IPPROTO_TCP, TCP_KEEPINTVL, 0},
                      {"keepalive-count", IPPROTO_TCP, TCP_KEEPCNT, 0},
                      {"receive-buffer", SOL_SOCKET, SO_RCVBUF, 0},
                      {"send-buffer", SOL_SOCKET, SO_SNDBUF, 0},
                      {"broadcast", SOL_SOCKET, SO_BROADCAST, 0},
                      {"multicast-ttl", IPPROTO_IP, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS},
                      {"multicast-loop", IPPROTO_IP, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP}};
static bool is_v6(int fd)
{
    union address a;
    socklen_t bytes = sizeof a;
    return getsockname(fd, &a.any, &bytes) == 0 && a.any.sa_family == AF_INET6;
}
static iword option_use(int fd, int level, int option, bool set, u64 wanted)
{
    int value = (int)wanted;
    socklen_t bytes = sizeof value;
    if (wanted > INT32_MAX)
        return -PORT_INVALID;
    if (set)
        return done(setsockopt(fd, level, option, &value, sizeof value));
    return getsockopt(fd, level, option, &value, &bytes) < 0 ? posix_failed() : value;
}
/* "reset": closing drops what is still to be sent, which is lingering for no time. Lingering longer would block close.
 */
static iword option_reset(int fd, bool set, bool on)
{
    struct linger l = {.l_onoff = on};
    socklen_t bytes = sizeof l;
    if (set)
        return done(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l));
    return getsockopt(fd, SOL_SOCKET, SO_LINGER, &l, &bytes) < 0 ? posix_failed() : l.l_onoff;
}
static iword socket_option(struct port_request *r)
{
    int fd = (int)r->handle;
    bool set = r->number[0] != 0;
    if (strcmp(r->text[0], "reset") == 0)
        return option_reset(fd, set, r->number[1] != 0);
    for (unsigned i = 0; i < ARRAY_LEN(socket_options); i++) {
        const struct socket_option *o = &socket_options[i];
        if (strcmp(r->text[0], o->name) != 0)
            continue;
        bool v6 = o->v6_option && is_v6(fd);
        return option_use(fd, v6 ? IPPROTO_IPV6 : o->level, v6 ? o->v6_option : o->option, set, r->number[1]);
    }
    return -PORT_UNSUPPORTED;
}
static iword socket_group(struct port_request *r)
{
    union address a;
    socklen_t bytes;
    bool join = r->number[0] != 0;
    int fd = (int)r->handle;
    if (!address_parse(r->text[0], 0, &a, &bytes))
        return -PORT_INVALID;
    if (a.any.sa_family == AF_INET6) {
        struct ipv6_mreq group = {.ipv6mr_multiaddr = a.v6.sin6_addr};
        return done(setsockopt(fd, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &group, sizeof group));
    }
    struct ip_mreqn group = {.imr_multiaddr = a.v4.sin_addr};
    return done(setsockopt(fd, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &group, sizeof group));
}

/* --- streams of bytes --- */

/* Standard input may be shared with others and is left blocking. */
static ssize_t read_ready(int fd, void *to, word bytes)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, 0) != 0)
        return read(fd, to, bytes);
    errno = EAGAIN;
    return -1;
}
static iword io_read(struct port_request *r)
{
    int fd = (int)r->handle;
    ssize_t n;
    do {
        n = recv(fd, r->out, r->out_bytes, MSG_DONTWAIT);
        if (n < 0 && errno == ENOTSOCK)
            n = read_ready(fd, r->out, r->out_bytes);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return posix_failed();
    r->out_bytes = (word)n;
    return 0;
}
static iword io_write(struct port_request *r)
{
    word from = r->number[0] < r->in_bytes ? r->number[0] : r->in_bytes;
    ssize_t n;
    do
        n = send((int)r->handle, (const u8 *)r->in + from, r->in_bytes - from, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? posix_failed() : n;
}

/* --- signals --- */

static int signal_pipe[2] = {-1, -1};
static void make_signal_pipe(void)
{
    if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) < 0)
        signal_pipe[0] = signal_pipe[1] = -1;
}
static void on_signal(int number)
{
    int saved = errno;
    u8 byte = (u8)number;
    ssize_t ignored = write(signal_pipe[1], &byte, 1); /* full: more of them than anybody reads */
    (void)ignored;
    errno = saved;
}
static iword signals(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_signal_pipe);
    return done(signal_pipe[0] < 0 ? -1 : fcntl(signal_pipe[0], F_DUPFD_CLOEXEC, 3));
}
/* What signals did before they were caught. Lock: that of signal_catch. */
static struct known_signal {
    const char *name;
    int number;
    bool caught;
    struct sigaction before;
} known[] = {{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"TERM", SIGTERM}, {"USR1", SIGUSR1},
             {"USR2", SIGUSR2}, {"ALRM", SIGALRM}, {"WINCH", SIGWINCH}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT}};
static struct known_signal *signal_named(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i].name, name) == 0)
            return &known[i];
    return NULL;
}
static iword signal_catch(const char *name, bool on)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct known_signal *s = signal_named(name);
    if (!s)
        return -PORT_INVALID;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    int result = 0;
    pthread_mutex_lock(&lock);
    if (on && !s->caught)
        result = sigaction(s->number, &action, &s->before);
    else if (!on && s->caught)
        result = sigaction(s->number, &s->before, NULL);
    if (result == 0)
        s->caught = on;
    pthread_mutex_unlock(&lock);
    return result < 0 ? posix_failed() : s->number;
}
static iword signal_send(const char *name)
{
    const struct known_signal *s = signal_named(name);
    return s ? done(kill(getpid(), s->number)) : -PORT_INVALID;
}

/* --- waiting --- */

static int epoll = -1;
static void make_epoll(void)
{
    epoll = epoll_create1(EPOLL_CLOEXEC);
}
static int epoll_fd(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_epoll);
    return epoll;
}
static iword wait_for(int fd, u64 ready, u64 tag)
{
    struct epoll_event e = {.events = EPOLLONESHOT, .data.u64 = tag};
    e.events |= (ready & PORT_READABLE ? EPOLLIN | EPOLLRDHUP : 0) | (ready & PORT_WRITABLE ? EPOLLOUT : 0);
    if (epoll_ctl(epoll_fd(), EPOLL_CTL_MOD, fd, &e) == 0)
        return 0;
    if (errno == ENOENT && epoll_ctl(epoll_fd(), EPOLL_CTL_ADD, fd, &e) == 0)
        return 0;
    return errno == EPERM ? -PORT_UNSUPPORTED : posix_failed();
}

#define EVENTS_MAX 256
unsigned port_io_events(struct port_event *events, unsigned max)
{
    struct epoll_event e[EVENTS_MAX];
    int n;
    do
        n = epoll_wait(epoll_fd(), e, max < EVENTS_MAX ? (int)max : EVENTS_MAX, -1);
    while (n < 0 && errno == EINTR);
    for (int i = 0; i < n; i++) {
        events[i].tag = e[i].data.u64;
        events[i].ready = e[i].events & (EPOLLERR | EPOLLHUP) ? PORT_READABLE | PORT_WRITABLE : 0;
        events[i].ready |= e[i].events & (EPOLLIN | EPOLLRDHUP) ? PORT_READABLE : 0;
        events[i].ready |= e[i].events & EPOLLOUT ? PORT_WRITABLE : 0;
    }
    return n < 0 ? 0 : (unsigned)n;
}

iword port_io(struct port_request *r)
{
    int fd = (int)r->handle;
    switch ((int)r->op) {
    case IO_RESOLVE:
        return resolve(r);
    case IO_TCP_LISTEN:
        return tcp_listen(r);
    case IO_TCP_ACCEPT:
        return tcp_accept(r);
    case IO_TCP_CONNECT:
        return tcp_connect(r);
    case IO_TCP_CONNECTED:
        return tcp_connected(fd);
    case IO_TCP_SHUTDOWN:
        return done(shutdown(fd, (int)r->number[0]));
    case IO_SOCKET_OPTION:
        return socket_option(r);
    case IO_SOCKET_GROUP:
        return socket_group(r);
    case IO_UDP_OPEN:
        return bound_socket(r, SOCK_DGRAM, r->number[1] != 0);
    case IO_UDP_SEND:
        return udp_send(r);
    case IO_UDP_RECEIVE:
        return udp_receive(r);
    case IO_ADDRESS:
        return address_of(r);
    case IO_READ:
        return io_read(r);
    case IO_WRITE:
        return io_write(r);
    case IO_STDIN:
        return done(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    case IO_SIGNALS:
        return signals();
    case IO_SIGNAL_CATCH:
        return signal_catch(r->text[0], r->number[0] != 0);
    case IO_SIGNAL_SEND:
        return signal_send(r->text[0]);
    case IO_PROCESS_ID:
        return getpid();
    case IO_WAIT:
        return wait_for(fd, r->number[0], r->number[1]);
    case IO_CLOSE:
        return done(close(fd));
    }
    return posix_file(r);
}
