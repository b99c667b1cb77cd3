-- SPDX-License-Identifier: GPL-3.0-only
local n = 9
local function count_flips(p)
  local count = 0
  local f = p[1]
  while f ~= 1 do
    local i, j = 1, f
    while i < j do
      p[i], p[j] = p[j], p[i]
      i, j = i + 1, j - 1
    end
    count = count + 1
    f = p[1]
  end
  return count
end
local function next_permutation(perm, counts)
  for r = 2, n do
    local first = perm[1]
    for i = 1, r - 1 do perm[i] = perm[i + 1] end
    perm[r] = first
    local c = counts[r] - 1
    counts[r] = c
    if c > 0 then return true end
    counts[r] = r
  end
  return false
end
local perm, work, counts = {}, {}, {}
for i = 1, n do perm[i], counts[i] = i, i end
local checksum, max_flips, even = 0, 0, true
repeat
  for i = 1, n do work[i] = perm[i] end
  local f = count_flips(work)
  checksum = even and checksum + f or checksum - f
  if f > max_flips then max_flips = f end
  even = not even
until not next_permutation(perm, counts)
print(checksum .. " " .. max_flips)
