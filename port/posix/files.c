/* SPDX-License-Identifier: GPL-3.0-only */
/* files.c: files and directories of the host. */
#define _GNU_SOURCE
#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- whole files --- */

/* Reads fd to its end; the hint need not be right (pipes, /proc). */
static iword read_all(struct port_request *r, int fd, word hint)
{
    word room = hint + 1, count = 0;
    u8 *data = port_alloc(room);
    while (data) {
        if (count == room) {
            u8 *more = room > PTRDIFF_MAX / 2 ? NULL : port_realloc(data, room * 2);
            if (!more)
                break;
            data = more;
            room *= 2;
        }
        ssize_t n = read(fd, data + count, room - count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            iword failed = posix_failed();
            port_free(data);
            return failed;
        }
        if (n == 0) {
            r->out = data;
            r->out_bytes = count;
            return 0;
        }
        count += (word)n;
    }
    port_free(data);
    return -PORT_NO_MEMORY;
}
static iword file_read(struct port_request *r)
{
    int fd = open(r->text[0], O_RDONLY | O_CLOEXEC);
    struct stat s;
    if (fd < 0)
        return posix_failed();
    iword result;
    if (fstat(fd, &s) < 0)
        result = posix_failed();
    else if (S_ISDIR(s.st_mode))
        result = -PORT_IS_DIRECTORY;
    else
        result = read_all(r, fd, S_ISREG(s.st_mode) && s.st_size > 0 ? (word)s.st_size : 4096);
    close(fd);
    return result;
}

/* All of it; at an offset when that is not negative. */
static iword write_all(int fd, const u8 *at, word count, iword offset)
{
    for (word done = 0; done < count;) {
        ssize_t n = offset < 0 ? write(fd, at + done, count - done)
                               : pwrite(fd, at + done, count - done, (off_t)offset + (off_t)done);
        if (n >= 0)
            done += (word)n;
        else if (errno != EINTR)
            return posix_failed();
    }
    return (iword)count;
}
static iword file_write(struct port_request *r)
{
    int fd = open(r->text[0], O_WRONLY | O_CREAT | O_CLOEXEC | (r->number[0] ? O_APPEND : O_TRUNC), 0666);
    if (fd < 0)
        return posix_failed();
    iword result = write_all(fd, r->in, r->in_bytes, -1);
    if (close(fd) < 0 && errno != EINTR && result >= 0)
        result = posix_failed();
    return result;
}

/* --- open files --- */

static iword file_open(struct port_request *r)
{
    u64 how = r->number[0];
    int flags = how & PORT_FILE_WRITE ? (how & PORT_FILE_READ ? O_RDWR : O_WRONLY) : O_RDONLY;
    flags |= (how & PORT_FILE_CREATE ? O_CREAT : 0) | (how & PORT_FILE_TRUNCATE ? O_TRUNC : 0);
    flags |= how & PORT_FILE_EXCLUSIVE ? O_EXCL : 0;
    int fd = open(r->text[0], flags | O_CLOEXEC, 0666);
    return fd < 0 ? posix_failed() : fd;
}
static iword file_pread(struct port_request *r)
{
    word count = r->number[1];
    u8 *data = count <= PTRDIFF_MAX ? port_alloc(count) : NULL;
    if (!data)
        return -PORT_NO_MEMORY;
    ssize_t n;
    do
        n = pread((int)r->handle, data, count, (off_t)r->number[0]);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        iword failed = posix_failed();
        port_free(data);
        return failed;
    }
    r->out = data;
    r->out_bytes = (word)n;
    return 0;
}

/* --- names --- */

static iword done(int result)
{
    return result < 0 ? posix_failed() : 0;
}
/* 0 other, 1 file, 2 directory, 3 symbolic link */
static u64 kind(mode_t mode)
{
    return S_ISREG(mode) ? 1 : S_ISDIR(mode) ? 2 : S_ISLNK(mode) ? 3 : 0;
}
static iword file_stat(struct port_request *r)
{
    struct stat s;
    if ((r->number[0] ? stat(r->text[0], &s) : lstat(r->text[0], &s)) < 0)
        return posix_failed();
    r->answer[0] = kind(s.st_mode);
    r->answer[1] = (u64)s.st_size;
    r->answer[2] = (u64)s.st_mtim.tv_sec * 1000000000u + (u64)s.st_mtim.tv_nsec;
    r->answer[3] = s.st_mode & 07777;
    r->answer[4] = s.st_nlink;
    r->answer[5] = s.st_ino;
    return 6;
}
static iword file_delete(const char *path)
{
    struct stat s;
    if (lstat(path, &s) == 0 && S_ISDIR(s.st_mode))
        return done(rmdir(path));
    return done(unlink(path));
}

static bool add_name(struct port_request *r, word *room, const char *name)
{
    word bytes = strlen(name) + 1;
    if (r->out_bytes + bytes > *room) {
        *room = 2 * (r->out_bytes + bytes);
        u8 *more = port_realloc(r->out, *room);
        if (!more)
            return false;
        r->out = more;
    }
    memcpy(r->out + r->out_bytes, name, bytes);
    r->out_bytes += bytes;
    return true;
}
static iword dir_list(struct port_request *r)
{
    word room = 0;
    DIR *d = opendir(r->text[0]);
    if (!d)
        return posix_failed();
    bool ok = true;
    for (const struct dirent *e; ok && (e = readdir(d)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            ok = add_name(r, &room, e->d_name);
    closedir(d);
    if (ok)
        return 0;
    port_free(r->out);
    return -PORT_NO_MEMORY;
}

static iword link_read(struct port_request *r)
{
    r->out = port_alloc(PATH_MAX);
    if (!r->out)
        return -PORT_NO_MEMORY;
    ssize_t n = readlink(r->text[0], (char *)r->out, PATH_MAX);
    if (n < 0) {
        iword failed = posix_failed();
        port_free(r->out);
        return failed;
    }
    r->out_bytes = (word)n;
    return 0;
}

/* The handle is open, so it is not open for that. */
static iword mode_error(iword result)
{
    return result == -PORT_BAD_HANDLE ? -PORT_ACCESS : result;
}
iword posix_file(struct port_request *r)
{
    switch ((int)r->op) {
    case IO_FILE_READ:
        return file_read(r);
    case IO_FILE_WRITE:
        return file_write(r);
    case IO_FILE_OPEN:
        return file_open(r);
    case IO_FILE_PREAD:
        return mode_error(file_pread(r));
    case IO_FILE_PWRITE:
        return mode_error(write_all((int)r->handle, r->in, r->in_bytes, (iword)r->number[0]));
    case IO_FILE_SYNC:
        return done(fsync((int)r->handle));
    case IO_FILE_TRUNCATE:
        return done(ftruncate((int)r->handle, (off_t)r->number[0]));
    case IO_FILE_STAT:
        return file_stat(r);
    case IO_FILE_DELETE:
        return file_delete(r->text[0]);
    case IO_FILE_MODE:
        return done(chmod(r->text[0], (mode_t)(r->number[0] & 07777)));
    case IO_LINK_MAKE:
        return done(symlink(r->text[0], r->text[1]));
    case IO_LINK_READ:
        return link_read(r);
    case IO_FILE_RENAME:
        return done(rename(r->text[0], r->text[1]));
    case IO_DIR_MAKE:
        return done(mkdir(r->text[0], 0777));
    case IO_DIR_LIST:
        return dir_list(r);
    }
    return -PORT_UNSUPPORTED;
}
