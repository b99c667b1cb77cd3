/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * count.c: the first process of a Linux in QEMU that counts instructions of Lona's programs: /lona's of each argument,
 * and of an empty program before. The processor's performance counters count those of user mode only, of all threads;
 * QEMU has them where time goes by instructions (-icount). Prints "instructions ARGUMENT N" and switches off.
 */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int counter_of(pid_t child)
{
    struct perf_event_attr a = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof a,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .disabled = 1,
        .enable_on_exec = 1,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &a, child, -1, -1, 0);
}
/* The program runs when its counter is there. */
static void count(const char *name, char *const arguments[])
{
    int begin[2];
    uint64_t instructions;
    if (pipe(begin)) {
        perror("pipe");
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(begin[1]);
        if (read(begin[0], &byte, 1) == 1)
            execv(arguments[0], arguments);
        perror(arguments[0]);
        _exit(1);
    }
    int counter = counter_of(child), status;
    if (counter < 0)
        perror("no counter of instructions");
    else if (write(begin[1], "", 1) != 1)
        perror("pipe");
    close(begin[1]);
    waitpid(child, &status, 0);
    if (status == 0 && read(counter, &instructions, sizeof instructions) == sizeof instructions)
        printf("instructions %s %llu\n", name, (unsigned long long)instructions);
    else
        printf("%s: status %d\n", name, status);
    close(counter);
    close(begin[0]);
}

int main(int argc, char **argv)
{
    mkdir("/dev", 0755);
    mkdir("/proc", 0755);
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) || mount("proc", "/proc", "proc", 0, NULL))
        return 1;
    for (int i = 0; i < 3; i++)
        open("/dev/console", O_RDWR);
    setvbuf(stdout, NULL, _IONBF, 0);
    count("empty", (char *[]){"/lona", "-e", "1", NULL});
    for (int i = 1; i < argc; i++)
        count(argv[i], (char *[]){"/lona", argv[i], NULL});
    puts("count: done");
    reboot(RB_POWER_OFF);
}
