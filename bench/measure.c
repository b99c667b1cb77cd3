/* SPDX-License-Identifier: GPL-3.0-only */
/* measure SECONDS MEGABYTES OUTPUT COMMAND...: runs one command and prints one line:
 *
 *     wall microseconds, processor microseconds (user and system), peak resident KB, status
 *
 * The status is `ok`, `failed`, `timeout` or `memory`. The command's output (both streams) goes to the file OUTPUT. Its
 * process group is killed when it runs longer than SECONDS or when its resident memory exceeds MEGABYTES; resident,
 * since several systems reserve far more addresses than they use. The watch wakes 20 times a second and costs the
 * command nothing. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_NS = 50000000 };

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}
static long long time_us(struct timeval t)
{
    return t.tv_sec * 1000000LL + t.tv_usec;
}
/* Resident memory of the child itself; its children are bounded by time alone. */
static long resident_mb(pid_t pid)
{
    char path[64];
    long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    if (fscanf(f, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    fclose(f);
    return resident / (1048576 / sysconf(_SC_PAGESIZE));
}
static void run_child(const char *output, char **command, const sigset_t *signals)
{
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, signals, NULL);
    int in = open("/dev/null", O_RDONLY), out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(126);
    execvp(command[0], command);
    _exit(127);
}
/* Waits for the child, asleep but for the watch; says why it was killed, or NULL. */
static const char *watch(pid_t pid, long long limit_us, long limit_mb, const sigset_t *child, int *status,
                         struct rusage *usage)
{
    const char *killed = NULL;
    for (;;) {
        pid_t done = wait4(pid, status, WNOHANG, usage);
        if (done == pid)
            return killed;
        if (done < 0 && errno != EINTR)
            return "failed";
        sigtimedwait(child, NULL, &(struct timespec){.tv_nsec = WATCH_NS});
        if (!killed && now_us() > limit_us)
            killed = "timeout";
        else if (!killed && resident_mb(pid) > limit_mb)
            killed = "memory";
        else
            continue;
        kill(-pid, SIGKILL);
    }
}
int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: measure SECONDS MEGABYTES OUTPUT COMMAND...\n");
        return 2;
    }
    sigset_t child, before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    long long start = now_us();
    pid_t pid = fork();
    if (pid < 0) {
        perror("measure: fork");
        return 1;
    }
    if (pid == 0)
        run_child(argv[3], argv + 4, &before);
    setpgid(pid, pid);
    int status = 0;
    struct rusage usage = {0};
    const char *killed = watch(pid, start + atol(argv[1]) * 1000000LL, atol(argv[2]), &child, &status, &usage);
    long long wall = now_us() - start;
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    printf("%lld %lld %ld %s\n", wall, time_us(usage.ru_utime) + time_us(usage.ru_stime), usage.ru_maxrss,
           killed ? killed
           : ok   ? "ok"
                  : "failed");
    return 0;
}
