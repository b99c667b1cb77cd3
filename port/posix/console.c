/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * console.c: standard input, output and error, the terminal's modes, and the signals that concern them. Whatever ends
 * the program, the terminal is left as it was found.
 */
#define _GNU_SOURCE
#include "port.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "io.h"
#include "wake.h"

static struct {
    struct termios cooked, raw; /* as found; as set */
    volatile sig_atomic_t is_raw;
    bool hooked;
    void (*volatile on_interrupt)(void);
} console;

enum port_error port_console_write(enum port_stream stream, const void *bytes, word count)
{
    int fd = stream == PORT_STDERR ? STDERR_FILENO : STDOUT_FILENO;
    const u8 *at = bytes;
    while (count) {
        ssize_t n = write(fd, at, count);
        if (n >= 0) {
            at += n;
            count -= (word)n;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return posix_error(errno);
        }
    }
    return PORT_NO_ERROR;
}

iword port_console_read(void *bytes, word count)
{
    for (;;) {
        struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = wake_fd(), .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return 0;
        if (fds[1].revents && wake_take())
            return -1;
        if (!fds[0].revents)
            continue;
        ssize_t n = read(STDIN_FILENO, bytes, count);
        if (n >= 0)
            return n;
        if (errno != EINTR && errno != EAGAIN)
            return 0;
    }
}

unsigned port_console_size(enum port_stream stream, unsigned *lines)
{
    int fd = stream == PORT_STDIN ? STDIN_FILENO : stream == PORT_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
    struct winsize size;
    bool known = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    if (lines)
        *lines = known && size.ws_row > 0 ? size.ws_row : 24;
    return known ? size.ws_col : isatty(fd) ? 80 : 0;
}

/* --- modes and signals --- */

static void restore(void)
{
    if (console.is_raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &console.cooked);
}

/* Ends as the signal would have ended us, with the terminal restored. */
static void on_fatal(int number)
{
    restore();
    signal(number, SIG_DFL);
    kill(getpid(), number); /* libc's raise() would be the VM's */
}

/* Ctrl-Z: the shell gets its terminal back; on_continue takes it again. */
static void on_stop(int number)
{
    int saved = errno;
    restore();
    signal(SIGTSTP, SIG_DFL);
    kill(getpid(), SIGTSTP);
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    struct sigaction again = {.sa_handler = on_stop};
    sigaction(SIGTSTP, &again, NULL);
    errno = saved;
}

static void on_continue(int number)
{
    int saved = errno;
    if (console.is_raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &console.raw);
    errno = saved;
}

static void hook(int number, void (*handler)(int), int flags)
{
    struct sigaction old, now = {.sa_handler = handler, .sa_flags = flags};
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_DFL && !(old.sa_flags & SA_SIGINFO))
        sigaction(number, &now, NULL);
}

static void hook_all(void)
{
    static const int fatal[] = {SIGHUP, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};
    if (console.hooked)
        return;
    console.hooked = true;
    atexit(restore);
    for (unsigned i = 0; i < ARRAY_LEN(fatal); i++)
        hook(fatal[i], on_fatal, 0);
    hook(SIGINT, on_fatal, 0);
    hook(SIGTSTP, on_stop, 0);
    hook(SIGCONT, on_continue, SA_RESTART);
}

/* Signals stay on, so that Ctrl-C reaches a running program; Enter is read as a carriage return, as from a serial line.
 */
bool port_console_raw(bool on)
{
    if (on == (console.is_raw != 0))
        return true;
    if (!on) {
        restore();
        console.is_raw = 0;
        return true;
    }
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &console.cooked) < 0)
        return false;
    hook_all();
    console.raw = console.cooked;
    console.raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    console.raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    console.raw.c_cc[VMIN] = 1;
    console.raw.c_cc[VTIME] = 0;
    console.is_raw = 1;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &console.raw) < 0) {
        console.is_raw = 0;
        return false;
    }
    return true;
}

static void on_interrupt(int number)
{
    int saved = errno;
    void (*f)(void) = console.on_interrupt;
    if (f)
        f();
    port_console_wake();
    errno = saved;
}

void port_on_interrupt(void (*f)(void))
{
    wake_fd(); /* made here, not in the handler */
    console.on_interrupt = f;
    struct sigaction now = {.sa_handler = f ? on_interrupt : SIG_DFL};
    sigaction(SIGINT, &now, NULL);
}
