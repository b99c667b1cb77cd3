/* SPDX-License-Identifier: GPL-3.0-only */
/* The hosted program: `lona`. Everything about its command line is Lonala's (lib/lona/main.lona-s). */
#include "run/vm.h"

#include <signal.h>
#include <stdio.h>

static void on_interrupt(int signal_number)
{
    vm_interrupt();
}
int main(int argc, char **argv)
{
    if (!vm_init()) {
        fprintf(stderr, "lona: the address range that the VM needs is taken\n");
        return 1;
    }
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    return vm_main(argc - 1, argv + 1);
}
