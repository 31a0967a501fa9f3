// A small HTTP server on this machine, for tests: it answers as told, also as badly as real ones do.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing {

struct Answer {
  std::string body;
  std::string status = "200 OK";
  std::size_t sent = std::string::npos;  // so many bytes of the body, though the header promises all
  bool stalls = false;                   // then says nothing more and waits until the other side hangs up
  std::string header = "";               // further lines, each with \r\n
};

// A socket on 127.0.0.1, at a port that was free.
inline int local_socket(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(fd >= 0);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);  // not for the programs that the tests start
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port = ntohs(address.sin_port);
  return fd;
}

class Server {
 public:
  explicit Server(std::map<std::string, Answer> answers) : answers_(std::move(answers)) {
    listening_ = local_socket(port_);
    REQUIRE(::listen(listening_, 16) == 0);
    REQUIRE(::pipe(end_) == 0);
    for (const int fd : end_) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::close(end_[1]);  // wakes the thread, whatever it waits for
    thread_.join();
    ::close(end_[0]), ::close(listening_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::vector<std::string> requests() const {  // the paths asked for, in order
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  bool stalling() const { return stalling_; }
  bool hung_up_on() const { return hung_up_on_; }  // a stalled answer's other side has gone

 private:
  // True if there is something to read (or to accept) before the end of this server.
  bool readable(int fd) const {
    pollfd both[2] = {{fd, POLLIN, 0}, {end_[0], POLLIN, 0}};
    return ::poll(both, 2, -1) > 0 && both[1].revents == 0;
  }
  void serve() {
    while (readable(listening_)) {
      const int fd = ::accept(listening_, nullptr, nullptr);
      if (fd < 0) continue;
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
      const int yes = 1;
      ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
      answer(fd);
      ::close(fd);
    }
  }
  void answer(int fd) {
    std::string request;
    char buffer[4096];
    while (!contains(request, "\r\n\r\n")) {
      const ssize_t got = readable(fd) ? ::read(fd, buffer, sizeof buffer) : 0;
      if (got <= 0) return;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::size_t begin = request.find(' ') + 1;
    const std::string path = request.substr(begin, request.find(' ', begin) - begin);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(path);
    }
    const auto found = answers_.find(path);
    const Answer reply = found != answers_.end() ? found->second : Answer{"<html>nothing here</html>", "404 Not Found"};
    send(fd, "HTTP/1.1 " + reply.status + "\r\nConnection: close\r\n" + reply.header +
                 "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n");
    send(fd, reply.body.substr(0, reply.sent));
    if (!reply.stalls) return;
    stalling_ = true;
    if (readable(fd) && ::read(fd, buffer, sizeof buffer) <= 0) hung_up_on_ = true;
  }
  static void send(int fd, const std::string& bytes) {
#ifdef MSG_NOSIGNAL
    const int flags = MSG_NOSIGNAL;
#else
    const int flags = 0;
#endif
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t sent = ::send(fd, bytes.data() + at, bytes.size() - at, flags);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }

  const std::map<std::string, Answer> answers_;
  std::uint16_t port_ = 0;
  int listening_ = -1, end_[2] = {-1, -1};
  std::atomic<bool> stalling_ = false, hung_up_on_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace bnlab::testing
