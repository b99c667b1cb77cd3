-- SPDX-License-Identifier: GPL-3.0-only
local byte, sub = string.byte, string.sub
local SPACE, NEWLINE, QUOTE, COMMA = byte(' '), byte('\n'), byte('"'), byte(',')
local ZERO, NINE, MINUS = byte('0'), byte('9'), byte('-')
local ARRAY, ARRAY_END, OBJECT, OBJECT_END = byte('['), byte(']'), byte('{'), byte('}')
local parse_value
local function white(s, i)
  local c = byte(s, i)
  while c == SPACE or c == NEWLINE do
    i = i + 1
    c = byte(s, i)
  end
  return i
end
local function parse_text(s, i)
  local j = i
  while byte(s, j) ~= QUOTE do j = j + 1 end
  return sub(s, i, j - 1), j + 1
end
local function parse_number(s, i)
  local j = i
  local c = byte(s, j)
  while c and (c >= ZERO and c <= NINE or c == MINUS) do
    j = j + 1
    c = byte(s, j)
  end
  return tonumber(sub(s, i, j - 1)), j
end
local function parse_array(s, i)
  local out = {}
  i = white(s, i)
  if byte(s, i) == ARRAY_END then return out, i + 1 end
  while true do
    local v
    v, i = parse_value(s, i)
    out[#out + 1] = v
    i = white(s, i)
    if byte(s, i) ~= COMMA then return out, i + 1 end
    i = i + 1
  end
end
local function parse_object(s, i)
  local out = {}
  i = white(s, i)
  if byte(s, i) == OBJECT_END then return out, i + 1 end
  while true do
    i = white(s, i)
    local k, v
    k, i = parse_text(s, i + 1)
    i = white(s, i)
    v, i = parse_value(s, i + 1)
    out[k] = v
    i = white(s, i)
    if byte(s, i) ~= COMMA then return out, i + 1 end
    i = i + 1
  end
end
function parse_value(s, i)
  i = white(s, i)
  local c = byte(s, i)
  if c == QUOTE then return parse_text(s, i + 1) end
  if c == ARRAY then return parse_array(s, i + 1) end
  if c == OBJECT then return parse_object(s, i + 1) end
  return parse_number(s, i)
end
local records = {}
for i = 0, 39999 do
  records[#records + 1] = '{"id": ' .. i .. ', "name": "item ' .. i .. '", "tags": [1, 2, ' .. i .. '], "in": {"x": -5}}'
end
local text = "[" .. table.concat(records, ",\n") .. "]"
local v = parse_value(text, 1)
print(#text .. " " .. #v .. " " .. v[778].name)
